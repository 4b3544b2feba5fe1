-- CreateEnum
CREATE TYPE "connection_status" AS ENUM ('STARTED', 'RETURNED', 'READY', 'CHOOSING', 'CONNECTED', 'FAILED');

-- AlterTable
ALTER TABLE "social_account" ADD COLUMN     "disconnected_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_at" TIMESTAMPTZ(3),
ADD COLUMN     "refresh_failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status_version" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "connection_attempt" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "server" TEXT,
    "status" "connection_status" NOT NULL DEFAULT 'STARTED',
    "state_hash" TEXT,
    "redirect_uri" TEXT NOT NULL,
    "return_to" TEXT,
    "pending" TEXT,
    "ticket_hash" TEXT,
    "accounts" TEXT,
    "choices" JSONB NOT NULL DEFAULT '[]',
    "failure_code" TEXT,
    "failure_message" TEXT,
    "connected_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "connection_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "connection_attempt_state_hash_key" ON "connection_attempt"("state_hash");

-- CreateIndex
CREATE INDEX "connection_attempt_workspace_id_idx" ON "connection_attempt"("workspace_id");

-- CreateIndex
CREATE INDEX "connection_attempt_user_id_idx" ON "connection_attempt"("user_id");

-- CreateIndex
CREATE INDEX "connection_attempt_expires_at_idx" ON "connection_attempt"("expires_at");

-- CreateIndex
CREATE INDEX "social_account_to_end" ON "social_account"("disconnected_at") WHERE (disconnected_at IS NOT NULL AND credentials IS NOT NULL);

-- CreateIndex
CREATE INDEX "social_account_last_checked_at_idx" ON "social_account"("last_checked_at");

-- AddForeignKey
ALTER TABLE "connection_attempt" ADD CONSTRAINT "connection_attempt_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connection_attempt" ADD CONSTRAINT "connection_attempt_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
