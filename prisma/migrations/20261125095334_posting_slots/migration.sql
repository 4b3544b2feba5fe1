-- AlterTable
ALTER TABLE "post_target" ADD COLUMN     "in_queue" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "local_time" TEXT,
ADD COLUMN     "time_zone" TEXT,
ADD COLUMN     "zone_data_version" TEXT;

-- AlterTable
ALTER TABLE "social_account" ADD COLUMN     "queue_paused_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "posting_slot" (
    "social_account_id" UUID NOT NULL,
    "weekday" INTEGER NOT NULL,
    "time" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,

    CONSTRAINT "posting_slot_pkey" PRIMARY KEY ("social_account_id","weekday","time")
);

-- CreateIndex
CREATE INDEX "post_target_resolved" ON "post_target"("zone_data_version", "id") WHERE (status = 'SCHEDULED' AND zone_data_version IS NOT NULL);

-- AddForeignKey
ALTER TABLE "posting_slot" ADD CONSTRAINT "posting_slot_social_account_id_fkey" FOREIGN KEY ("social_account_id") REFERENCES "social_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
