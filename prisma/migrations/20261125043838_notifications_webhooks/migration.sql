-- CreateEnum
CREATE TYPE "notification_kind" AS ENUM ('IMAGE_READY', 'IMAGE_FAILED', 'IMAGE_AWAITING_REVIEW', 'IMAGE_REVIEWED', 'POST_PUBLISHED', 'POST_FAILED', 'POST_UNKNOWN', 'POST_MISSED', 'POST_AT_RISK', 'ACCOUNT_NEEDS_RECONNECT', 'INVITATION', 'WEBHOOK_PAUSED');

-- CreateEnum
CREATE TYPE "notification_channel" AS ENUM ('IN_APP', 'EMAIL');

-- CreateEnum
CREATE TYPE "webhook_state" AS ENUM ('ACTIVE', 'PAUSED', 'DISABLED');

-- CreateEnum
CREATE TYPE "webhook_delivery_status" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

-- CreateTable
CREATE TABLE "notice" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "kind" "notification_kind" NOT NULL,
    "entity_id" UUID NOT NULL,
    "cause_id" UUID NOT NULL,
    "cause_version" INTEGER NOT NULL,
    "group_key" TEXT NOT NULL,
    "actor_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "kind" "notification_kind" NOT NULL,
    "group_key" TEXT NOT NULL,
    "entity_ids" UUID[],
    "count" INTEGER NOT NULL,
    "details" JSONB NOT NULL,
    "in_app" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "mail_due_at" TIMESTAMPTZ(3),
    "mailed_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_preference" (
    "user_id" UUID NOT NULL,
    "kind" "notification_kind" NOT NULL,
    "channel" "notification_channel" NOT NULL,
    "enabled" BOOLEAN NOT NULL,

    CONSTRAINT "notification_preference_pkey" PRIMARY KEY ("user_id","kind","channel")
);

-- CreateTable
CREATE TABLE "notification_settings" (
    "user_id" UUID NOT NULL,
    "quiet_from" INTEGER,
    "quiet_until" INTEGER,
    "digest_at" INTEGER NOT NULL DEFAULT 480,
    "mails_off" BOOLEAN NOT NULL DEFAULT false,
    "mail_lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "notification_settings_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "created_by_id" UUID,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "kinds" "notification_kind"[],
    "document" TEXT,
    "state" "webhook_state" NOT NULL DEFAULT 'ACTIVE',
    "state_reason" TEXT,
    "secret" TEXT NOT NULL,
    "previous_secret" TEXT,
    "previous_secret_until" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_success_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "notice_id" UUID,
    "replay_of_id" UUID,
    "message_id" TEXT NOT NULL,
    "kind" "notification_kind",
    "entity_id" UUID,
    "event_at" TIMESTAMPTZ(3) NOT NULL,
    "status" "webhook_delivery_status" NOT NULL DEFAULT 'PENDING',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "body" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "id" UUID NOT NULL,
    "delivery_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "http_status" INTEGER,
    "failure" TEXT,
    "answer" TEXT,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "notice_untold" ON "notice"("id") WHERE (told_at IS NULL);

-- CreateIndex
CREATE INDEX "notice_workspace_id_idx" ON "notice"("workspace_id");

-- CreateIndex
CREATE INDEX "notice_actor_id_idx" ON "notice"("actor_id");

-- CreateIndex
CREATE INDEX "notice_at_idx" ON "notice"("at");

-- CreateIndex
CREATE UNIQUE INDEX "notice_kind_cause_id_cause_version_key" ON "notice"("kind", "cause_id", "cause_version");

-- CreateIndex
CREATE INDEX "notification_user_id_last_at_id_idx" ON "notification"("user_id", "last_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "notification_unread" ON "notification"("user_id", "last_at" DESC, "id" DESC) WHERE (read_at IS NULL AND in_app);

-- CreateIndex
CREATE INDEX "notification_to_mail" ON "notification"("mail_due_at", "user_id") WHERE (mail_due_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "notification_workspace_id_idx" ON "notification"("workspace_id");

-- CreateIndex
CREATE INDEX "notification_last_at_idx" ON "notification"("last_at");

-- CreateIndex
CREATE UNIQUE INDEX "notification_open" ON "notification"("user_id", "kind", "group_key") WHERE (read_at IS NULL);

-- CreateIndex
CREATE INDEX "webhook_workspace_id_created_at_id_idx" ON "webhook"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_created_by_id_id_idx" ON "webhook"("created_by_id", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_created_at_id_idx" ON "webhook_delivery"("webhook_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_delivery_due" ON "webhook_delivery"("webhook_id", "due_at", "id") WHERE (status = 'PENDING');

-- CreateIndex
CREATE INDEX "webhook_delivery_created_at_idx" ON "webhook_delivery"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_once" ON "webhook_delivery"("webhook_id", "notice_id") WHERE (replay_of_id IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_attempt_delivery_id_number_key" ON "webhook_attempt"("delivery_id", "number");

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification" ADD CONSTRAINT "notification_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_preference" ADD CONSTRAINT "notification_preference_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_settings" ADD CONSTRAINT "notification_settings_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;
