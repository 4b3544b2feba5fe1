-- AlterTable
ALTER TABLE "data_export" ADD COLUMN     "fence" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lease_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "user" DROP COLUMN "avatar_extension",
DROP COLUMN "avatar_sha256",
ADD COLUMN     "avatar_id" UUID;

-- CreateIndex
CREATE INDEX "api_token_workspace_id_idx" ON "api_token"("workspace_id");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_idx" ON "audit_entry"("actor_id");

-- CreateIndex
CREATE UNIQUE INDEX "data_export_one_pending" ON "data_export"("user_id") WHERE (status = 'PENDING');

-- CreateIndex
CREATE INDEX "image_created_by_id_id_idx" ON "image"("created_by_id", "id");

-- CreateIndex
CREATE INDEX "image_reviewed_by_id_idx" ON "image"("reviewed_by_id");

-- CreateIndex
CREATE INDEX "image_comment_user_id_id_idx" ON "image_comment"("user_id", "id");

-- CreateIndex
CREATE INDEX "invitation_email_key_idx" ON "invitation"("email_key");

-- CreateIndex
CREATE INDEX "invitation_invited_by_id_idx" ON "invitation"("invited_by_id");

-- CreateIndex
CREATE INDEX "post_author_id_id_idx" ON "post"("author_id", "id");

-- CreateIndex
CREATE INDEX "review_decision_user_id_id_idx" ON "review_decision"("user_id", "id");

-- CreateIndex
CREATE INDEX "showcase_entry_images_idx" ON "showcase_entry" USING GIN ("images" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "style_created_by_id_idx" ON "style"("created_by_id");

-- CreateIndex
CREATE INDEX "style_version_created_by_id_id_idx" ON "style_version"("created_by_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "user_avatar_id_key" ON "user"("avatar_id");
