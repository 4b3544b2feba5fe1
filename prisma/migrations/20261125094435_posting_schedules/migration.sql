-- CreateEnum
CREATE TYPE "posting_schedule_state" AS ENUM ('ACTIVE', 'PAUSED', 'ENDED');

-- CreateEnum
CREATE TYPE "picture_source" AS ENUM ('QUEUE', 'GENERATE');

-- CreateEnum
CREATE TYPE "deadline_policy" AS ENUM ('FALLBACK', 'SKIP', 'ASK');

-- CreateEnum
CREATE TYPE "occurrence_state" AS ENUM ('PLANNED', 'AWAITING_PICTURE', 'NEEDS_DECISION', 'POSTED', 'SKIPPED', 'MISSED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "local_time_kind" AS ENUM ('NORMAL', 'SKIPPED_GAP', 'REPEATED_HOUR');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "notification_kind" ADD VALUE 'OCCURRENCE_AT_RISK';
ALTER TYPE "notification_kind" ADD VALUE 'OCCURRENCE_NEEDS_DECISION';
ALTER TYPE "notification_kind" ADD VALUE 'OCCURRENCE_FALLBACK';
ALTER TYPE "notification_kind" ADD VALUE 'OCCURRENCE_SKIPPED';

-- CreateTable
CREATE TABLE "posting_schedule" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "owner_id" UUID,
    "series_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "rule" TEXT,
    "slots" JSONB,
    "anchor" TEXT NOT NULL,
    "starts_at" TEXT,
    "ends_before" TEXT,
    "caption_template" TEXT NOT NULL,
    "picture_source" "picture_source" NOT NULL,
    "tag_id" UUID,
    "repeat_after_days" INTEGER NOT NULL DEFAULT 90,
    "style_id" UUID,
    "prompt_template" TEXT,
    "generation" JSONB NOT NULL DEFAULT '{}',
    "most_pictures" INTEGER NOT NULL DEFAULT 2,
    "lead_time" INTEGER NOT NULL,
    "deadline" INTEGER NOT NULL,
    "policy" "deadline_policy" NOT NULL,
    "fallback_image_id" UUID,
    "state" "posting_schedule_state" NOT NULL DEFAULT 'ACTIVE',
    "active_since" TIMESTAMPTZ(3) NOT NULL,
    "expanded_until" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "posting_schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "posting_schedule_target" (
    "schedule_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "social_account_id" UUID NOT NULL,
    "caption_template" TEXT,
    "options" JSONB NOT NULL DEFAULT '{}',
    "fit" "image_fit",

    CONSTRAINT "posting_schedule_target_pkey" PRIMARY KEY ("schedule_id","position")
);

-- CreateTable
CREATE TABLE "occurrence" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "schedule_id" UUID NOT NULL,
    "series_id" UUID NOT NULL,
    "local_time" TEXT NOT NULL,
    "moved_to" TEXT,
    "time_zone" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "time_kind" "local_time_kind" NOT NULL,
    "zone_version" TEXT NOT NULL,
    "state" "occurrence_state" NOT NULL DEFAULT 'PLANNED',
    "reason" TEXT,
    "number" INTEGER,
    "caption_template" TEXT,
    "own_image_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "image_id" UUID,
    "pictures" INTEGER NOT NULL DEFAULT 0,
    "reminders" INTEGER NOT NULL DEFAULT 0,
    "act_at" TIMESTAMPTZ(3),
    "post_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "occurrence_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "posting_schedule_workspace_id_created_at_id_idx" ON "posting_schedule"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "posting_schedule_owner_id_id_idx" ON "posting_schedule"("owner_id", "id");

-- CreateIndex
CREATE INDEX "posting_schedule_tag_id_idx" ON "posting_schedule"("tag_id");

-- CreateIndex
CREATE INDEX "posting_schedule_style_id_idx" ON "posting_schedule"("style_id");

-- CreateIndex
CREATE INDEX "posting_schedule_fallback_image_id_idx" ON "posting_schedule"("fallback_image_id");

-- CreateIndex
CREATE INDEX "posting_schedule_to_expand" ON "posting_schedule"("expanded_until", "id") WHERE (state = 'ACTIVE');

-- CreateIndex
CREATE INDEX "posting_schedule_target_social_account_id_idx" ON "posting_schedule_target"("social_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "posting_schedule_target_schedule_id_social_account_id_key" ON "posting_schedule_target"("schedule_id", "social_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "occurrence_post_id_key" ON "occurrence"("post_id");

-- CreateIndex
CREATE INDEX "occurrence_workspace_id_at_id_idx" ON "occurrence"("workspace_id", "at", "id");

-- CreateIndex
CREATE INDEX "occurrence_schedule_id_at_id_idx" ON "occurrence"("schedule_id", "at", "id");

-- CreateIndex
CREATE INDEX "occurrence_series_id_image_id_idx" ON "occurrence"("series_id", "image_id");

-- CreateIndex
CREATE INDEX "occurrence_image_id_idx" ON "occurrence"("image_id");

-- CreateIndex
CREATE INDEX "occurrence_at_id_idx" ON "occurrence"("at", "id");

-- CreateIndex
CREATE INDEX "occurrence_to_act" ON "occurrence"("act_at", "id") WHERE (act_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "occurrence_awaiting_picture" ON "occurrence"("id") WHERE (state = 'AWAITING_PICTURE');

-- CreateIndex
CREATE UNIQUE INDEX "occurrence_schedule_id_local_time_key" ON "occurrence"("schedule_id", "local_time");

-- AddForeignKey
ALTER TABLE "posting_schedule" ADD CONSTRAINT "posting_schedule_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting_schedule" ADD CONSTRAINT "posting_schedule_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting_schedule" ADD CONSTRAINT "posting_schedule_tag_id_fkey" FOREIGN KEY ("tag_id") REFERENCES "tag"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting_schedule" ADD CONSTRAINT "posting_schedule_style_id_fkey" FOREIGN KEY ("style_id") REFERENCES "style"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting_schedule" ADD CONSTRAINT "posting_schedule_fallback_image_id_fkey" FOREIGN KEY ("fallback_image_id") REFERENCES "image"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting_schedule_target" ADD CONSTRAINT "posting_schedule_target_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "posting_schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posting_schedule_target" ADD CONSTRAINT "posting_schedule_target_social_account_id_fkey" FOREIGN KEY ("social_account_id") REFERENCES "social_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occurrence" ADD CONSTRAINT "occurrence_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occurrence" ADD CONSTRAINT "occurrence_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "posting_schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occurrence" ADD CONSTRAINT "occurrence_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "occurrence" ADD CONSTRAINT "occurrence_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE SET NULL ON UPDATE CASCADE;
