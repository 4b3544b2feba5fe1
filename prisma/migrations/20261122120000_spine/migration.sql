-- CreateEnum
CREATE TYPE "role" AS ENUM ('OWNER', 'EDITOR', 'REVIEWER', 'VIEWER');

-- CreateEnum
CREATE TYPE "image_status" AS ENUM ('PENDING', 'GENERATING', 'GENERATED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "review_state" AS ENUM ('PENDING', 'APPROVED', 'REJECTED');

-- CreateEnum
CREATE TYPE "progress_kind" AS ENUM ('MEASURED', 'ESTIMATED');

-- CreateEnum
CREATE TYPE "generation_outcome" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST');

-- CreateEnum
CREATE TYPE "social_account_state" AS ENUM ('ACTIVE', 'EXPIRING', 'NEEDS_RECONNECT', 'PAUSED', 'DISCONNECTED');

-- CreateEnum
CREATE TYPE "post_target_status" AS ENUM ('DRAFT', 'AWAITING_APPROVAL', 'SCHEDULED', 'PUBLISHING', 'SUBMITTED', 'UNKNOWN', 'PUBLISHED', 'FAILED', 'MISSED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "publish_attempt_state" AS ENUM ('PREPARED', 'SENDING', 'ACCEPTED', 'REFUSED', 'AMBIGUOUS', 'RECONCILED_PRESENT', 'RECONCILED_ABSENT', 'UNRESOLVED');

-- CreateEnum
CREATE TYPE "job_run_outcome" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED');

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "email_key" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "is_operator" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "personal_of" UUID,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "image" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "created_by_id" UUID,
    "batch_id" UUID NOT NULL,
    "prompt" TEXT NOT NULL,
    "prompt_sent" TEXT NOT NULL,
    "negative_prompt" TEXT NOT NULL DEFAULT '',
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "requested_width" INTEGER NOT NULL,
    "requested_height" INTEGER NOT NULL,
    "requested_seed" INTEGER NOT NULL,
    "returned_seed" BIGINT,
    "status" "image_status" NOT NULL DEFAULT 'PENDING',
    "status_version" INTEGER NOT NULL DEFAULT 0,
    "phase" TEXT,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "progress_kind" "progress_kind" NOT NULL,
    "failure_class" TEXT,
    "failure_message" TEXT,
    "review_state" "review_state" NOT NULL DEFAULT 'PENDING',
    "review_reason" TEXT,
    "reviewed_by_id" UUID,
    "reviewed_at" TIMESTAMPTZ(3),
    "title" TEXT,
    "alt_text" TEXT,
    "sha256" TEXT,
    "mime" TEXT,
    "extension" TEXT,
    "bytes" INTEGER,
    "width" INTEGER,
    "height" INTEGER,
    "thumbhash" TEXT,
    "dominant_colour" TEXT,
    "provenance" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "generated_at" TIMESTAMPTZ(3),

    CONSTRAINT "image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generation_attempt" (
    "id" UUID NOT NULL,
    "image_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "remote_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "outcome" "generation_outcome" NOT NULL DEFAULT 'RUNNING',
    "failure_class" TEXT,
    "failure_message" TEXT,

    CONSTRAINT "generation_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "social_account" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "remote_id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT,
    "state" "social_account_state" NOT NULL DEFAULT 'ACTIVE',
    "last_success_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "social_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "post" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "author_id" UUID,
    "caption" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "post_image" (
    "post_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "image_id" UUID NOT NULL,
    "alt_text" TEXT,

    CONSTRAINT "post_image_pkey" PRIMARY KEY ("post_id","position")
);

-- CreateTable
CREATE TABLE "post_target" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "social_account_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "caption" TEXT,
    "status" "post_target_status" NOT NULL DEFAULT 'DRAFT',
    "status_version" INTEGER NOT NULL DEFAULT 0,
    "scheduled_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "content_hash" TEXT,
    "idempotency_key" UUID NOT NULL,
    "cancel_requested" BOOLEAN NOT NULL DEFAULT false,
    "external_id" TEXT,
    "permalink" TEXT,
    "published_at" TIMESTAMPTZ(3),
    "failure_code" TEXT,
    "failure_message" TEXT,
    "failure_retryable" BOOLEAN,
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "post_target_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "publish_attempt" (
    "id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "fence" INTEGER NOT NULL,
    "state" "publish_attempt_state" NOT NULL DEFAULT 'PREPARED',
    "content_hash" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "settle_after" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "code" TEXT,
    "message" TEXT,
    "external_id" TEXT,

    CONSTRAINT "publish_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "showcase_gallery" (
    "handle" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "bio" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "showcase_gallery_pkey" PRIMARY KEY ("handle")
);

-- CreateTable
CREATE TABLE "showcase_entry" (
    "id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "caption" TEXT NOT NULL,
    "images" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "showcase_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" BIGSERIAL NOT NULL,
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "workspace_id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "entity_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "user_id" UUID NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("user_id","operation","key")
);

-- CreateTable
CREATE TABLE "job_run" (
    "id" UUID NOT NULL,
    "job_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "outcome" "job_run_outcome" NOT NULL DEFAULT 'RUNNING',
    "error" TEXT,

    CONSTRAINT "job_run_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key_key" ON "user"("email_key");

-- CreateIndex
CREATE INDEX "session_user_id_created_at_idx" ON "session"("user_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "workspace_personal_of_key" ON "workspace"("personal_of");

-- CreateIndex
CREATE INDEX "member_user_id_idx" ON "member"("user_id");

-- CreateIndex
CREATE INDEX "image_workspace_id_created_at_id_idx" ON "image"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "image_workspace_id_status_created_at_id_idx" ON "image"("workspace_id", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "image_workspace_id_review_state_created_at_id_idx" ON "image"("workspace_id", "review_state", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "image_batch_id_idx" ON "image"("batch_id");

-- CreateIndex
CREATE INDEX "image_unfinished" ON "image"("lease_until") WHERE (status = 'PENDING' OR status = 'GENERATING');

-- CreateIndex
CREATE UNIQUE INDEX "generation_attempt_image_id_number_key" ON "generation_attempt"("image_id", "number");

-- CreateIndex
CREATE INDEX "social_account_workspace_id_created_at_id_idx" ON "social_account"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "social_account_workspace_id_platform_remote_id_key" ON "social_account"("workspace_id", "platform", "remote_id");

-- CreateIndex
CREATE INDEX "post_workspace_id_created_at_id_idx" ON "post"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "post_image_image_id_idx" ON "post_image"("image_id");

-- CreateIndex
CREATE UNIQUE INDEX "post_image_post_id_image_id_key" ON "post_image"("post_id", "image_id");

-- CreateIndex
CREATE INDEX "post_target_social_account_id_idx" ON "post_target"("social_account_id");

-- CreateIndex
CREATE INDEX "post_target_due" ON "post_target"("due_at") WHERE (status = 'SCHEDULED');

-- CreateIndex
CREATE INDEX "post_target_leased" ON "post_target"("lease_until") WHERE (status = 'PUBLISHING');

-- CreateIndex
CREATE UNIQUE INDEX "post_target_post_id_social_account_id_key" ON "post_target"("post_id", "social_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "publish_attempt_target_id_number_key" ON "publish_attempt"("target_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "publish_attempt_one_open" ON "publish_attempt"("target_id") WHERE (state = 'PREPARED' OR state = 'SENDING' OR state = 'AMBIGUOUS');

-- CreateIndex
CREATE INDEX "showcase_entry_handle_published_at_id_idx" ON "showcase_entry"("handle", "published_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "event_xid_id_idx" ON "event"("xid", "id");

-- CreateIndex
CREATE INDEX "event_at_idx" ON "event"("at");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- CreateIndex
CREATE INDEX "job_run_started_at_idx" ON "job_run"("started_at");

-- CreateIndex
CREATE INDEX "job_run_name_started_at_idx" ON "job_run"("name", "started_at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image" ADD CONSTRAINT "image_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image" ADD CONSTRAINT "image_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image" ADD CONSTRAINT "image_reviewed_by_id_fkey" FOREIGN KEY ("reviewed_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generation_attempt" ADD CONSTRAINT "generation_attempt_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "social_account" ADD CONSTRAINT "social_account_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post" ADD CONSTRAINT "post_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post" ADD CONSTRAINT "post_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_image" ADD CONSTRAINT "post_image_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_image" ADD CONSTRAINT "post_image_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_target" ADD CONSTRAINT "post_target_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "post_target" ADD CONSTRAINT "post_target_social_account_id_fkey" FOREIGN KEY ("social_account_id") REFERENCES "social_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "publish_attempt" ADD CONSTRAINT "publish_attempt_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "post_target"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "showcase_entry" ADD CONSTRAINT "showcase_entry_handle_fkey" FOREIGN KEY ("handle") REFERENCES "showcase_gallery"("handle") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
