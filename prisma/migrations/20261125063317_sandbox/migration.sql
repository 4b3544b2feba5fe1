-- CreateTable
CREATE TABLE "sandbox_account" (
    "handle" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "capability" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sandbox_account_pkey" PRIMARY KEY ("handle")
);

-- CreateTable
CREATE TABLE "sandbox_post" (
    "id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "caption" TEXT NOT NULL,
    "alt_texts" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "public_at" TIMESTAMPTZ(3),

    CONSTRAINT "sandbox_post_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sandbox_account_workspace_id_idx" ON "sandbox_account"("workspace_id");

-- CreateIndex
CREATE INDEX "sandbox_post_handle_public_at_id_idx" ON "sandbox_post"("handle", "public_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "sandbox_account" ADD CONSTRAINT "sandbox_account_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sandbox_post" ADD CONSTRAINT "sandbox_post_handle_fkey" FOREIGN KEY ("handle") REFERENCES "sandbox_account"("handle") ON DELETE CASCADE ON UPDATE CASCADE;
