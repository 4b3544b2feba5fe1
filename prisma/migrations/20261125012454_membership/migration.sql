-- AlterTable
-- Members that are there already get an id of their own. New ones bring theirs.
ALTER TABLE "member" DROP CONSTRAINT "member_pkey",
ADD COLUMN     "id" UUID NOT NULL DEFAULT gen_random_uuid(),
ADD CONSTRAINT "member_pkey" PRIMARY KEY ("id");
ALTER TABLE "member" ALTER COLUMN "id" DROP DEFAULT;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- CreateIndex
CREATE INDEX "member_workspace_id_joined_at_id_idx" ON "member"("workspace_id", "joined_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "member_workspace_id_user_id_key" ON "member"("workspace_id", "user_id");
