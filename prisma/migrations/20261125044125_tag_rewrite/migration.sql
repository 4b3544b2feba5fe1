-- CreateTable
CREATE TABLE "tag_rewrite" (
    "workspace_id" UUID NOT NULL,
    "round" INTEGER NOT NULL DEFAULT 1,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "tag_rewrite_pkey" PRIMARY KEY ("workspace_id")
);

-- AddForeignKey
ALTER TABLE "tag_rewrite" ADD CONSTRAINT "tag_rewrite_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
