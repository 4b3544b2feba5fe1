-- CreateEnum
CREATE TYPE "post_approval_policy" AS ENUM ('NONE', 'REQUIRED');

-- CreateEnum
CREATE TYPE "post_approval_state" AS ENUM ('NOT_SUBMITTED', 'PENDING', 'APPROVED', 'REJECTED', 'HELD');

-- CreateEnum
CREATE TYPE "post_decision_kind" AS ENUM ('SUBMITTED', 'CHANGED', 'APPROVED', 'REJECTED', 'HELD');

-- AlterEnum


ALTER TYPE "notification_kind" ADD VALUE 'POST_AWAITING_APPROVAL';
ALTER TYPE "notification_kind" ADD VALUE 'POST_REVIEWED';
ALTER TYPE "notification_kind" ADD VALUE 'POST_COMMENTED';

-- AlterTable
ALTER TABLE "post" ADD COLUMN     "approval_state" "post_approval_state" NOT NULL DEFAULT 'NOT_SUBMITTED';

-- AlterTable
ALTER TABLE "post_target" ADD COLUMN     "approved_hash" TEXT,
ADD COLUMN     "likeness_hash" TEXT;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "post_approval_policy" "post_approval_policy" NOT NULL DEFAULT 'NONE';

-- CreateTable
CREATE TABLE "post_decision" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "kind" "post_decision_kind" NOT NULL,
    "reason" TEXT,
    "content_hash" TEXT NOT NULL,
    "user_id" UUID,
    "review_link_id" UUID,
    "guest_name" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "post_comment" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "user_id" UUID,
    "review_link_id" UUID,
    "guest_name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_link" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "review_link_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "post_decision_post_id_at_id_idx" ON "post_decision"("post_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "post_decision_user_id_idx" ON "post_decision"("user_id");

-- CreateIndex
CREATE INDEX "post_decision_review_link_id_idx" ON "post_decision"("review_link_id");

-- CreateIndex
CREATE INDEX "post_comment_post_id_created_at_id_idx" ON "post_comment"("post_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "post_comment_user_id_idx" ON "post_comment"("user_id");

-- CreateIndex
CREATE INDEX "post_comment_review_link_id_idx" ON "post_comment"("review_link_id");

-- CreateIndex
CREATE UNIQUE INDEX "review_link_secret_hash_key" ON "review_link"("secret_hash");

-- CreateIndex
CREATE INDEX "review_link_post_id_idx" ON "review_link"("post_id");

-- CreateIndex
CREATE INDEX "review_link_workspace_id_idx" ON "review_link"("workspace_id");

-- CreateIndex
CREATE INDEX "review_link_created_by_id_idx" ON "review_link"("created_by_id");

-- CreateIndex
CREATE INDEX "post_target_social_account_id_likeness_hash_idx" ON "post_target"("social_account_id", "likeness_hash");

-- CreateIndex
CREATE INDEX "post_target_unapproved" ON "post_target"("scheduled_at") WHERE (status = 'AWAITING_APPROVAL');

-- AddForeignKey
ALTER TABLE "post_decision" ADD CONSTRAINT "post_decision_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_decision" ADD CONSTRAINT "post_decision_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_decision" ADD CONSTRAINT "post_decision_review_link_id_fkey" FOREIGN KEY ("review_link_id") REFERENCES "review_link"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_comment" ADD CONSTRAINT "post_comment_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_comment" ADD CONSTRAINT "post_comment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_comment" ADD CONSTRAINT "post_comment_review_link_id_fkey" FOREIGN KEY ("review_link_id") REFERENCES "review_link"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_link" ADD CONSTRAINT "review_link_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_link" ADD CONSTRAINT "review_link_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_link" ADD CONSTRAINT "review_link_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;
