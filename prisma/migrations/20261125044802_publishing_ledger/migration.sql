-- DropIndex
DROP INDEX "post_target_leased";

-- AlterTable
ALTER TABLE "post_target" ADD COLUMN     "crashes" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "verify_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "publish_attempt" ADD COLUMN     "resolved_by_id" UUID;

-- CreateIndex
CREATE INDEX "post_target_held" ON "post_target"("lease_until") WHERE (status = 'PUBLISHING' OR status = 'SUBMITTED');

-- CreateIndex
CREATE INDEX "post_target_queue" ON "post_target"("social_account_id", "scheduled_at", "id") WHERE (status = 'SCHEDULED' OR status = 'PUBLISHING');

-- CreateIndex
CREATE INDEX "post_target_to_verify" ON "post_target"("verify_at") WHERE (verify_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "publish_attempt_resolved_by_id_idx" ON "publish_attempt"("resolved_by_id");

-- CreateIndex
CREATE INDEX "publish_attempt_sent_at_idx" ON "publish_attempt"("sent_at");

-- AddForeignKey
ALTER TABLE "publish_attempt" ADD CONSTRAINT "publish_attempt_resolved_by_id_fkey" FOREIGN KEY ("resolved_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;
