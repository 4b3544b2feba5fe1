-- CreateEnum
CREATE TYPE "image_origin" AS ENUM ('GENERATED', 'UPLOADED', 'IMPORTED');

-- CreateEnum
CREATE TYPE "cost_state" AS ENUM ('RESERVED', 'NONE', 'REPORTED', 'UNKNOWN');

-- AlterTable
ALTER TABLE "generation_attempt" ADD COLUMN     "cost" BIGINT,
ADD COLUMN     "cost_state" "cost_state" NOT NULL DEFAULT 'RESERVED',
ADD COLUMN     "currency" TEXT,
ADD COLUMN     "height" INTEGER,
ADD COLUMN     "width" INTEGER,
ADD COLUMN     "workspace_id" UUID;
UPDATE "generation_attempt" SET "workspace_id" = "image"."workspace_id", "cost_state" = 'NONE'
  FROM "image" WHERE "image"."id" = "generation_attempt"."image_id";
ALTER TABLE "generation_attempt" ALTER COLUMN "workspace_id" SET NOT NULL;

-- AlterTable
ALTER TABLE "image" ADD COLUMN     "archived_at" TIMESTAMPTZ(3),
ADD COLUMN     "cancel_requested" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "cost_currency" TEXT,
ADD COLUMN     "cost_estimated" BIGINT,
ADD COLUMN     "favourite" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "from_parent" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "negative_prompt_sent" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "not_before" TIMESTAMPTZ(3),
ADD COLUMN     "options" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "origin" "image_origin" NOT NULL DEFAULT 'GENERATED',
ADD COLUMN     "parent_image_id" UUID,
ADD COLUMN     "preview_number" INTEGER,
ADD COLUMN     "rating" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "search" tsvector,
ADD COLUMN     "source_url" TEXT,
ADD COLUMN     "strength" DOUBLE PRECISION,
ADD COLUMN     "style_version_id" UUID,
ADD COLUMN     "tag_names" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "trashed_at" TIMESTAMPTZ(3),
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1,
ALTER COLUMN "provider" DROP NOT NULL,
ALTER COLUMN "model" DROP NOT NULL,
ALTER COLUMN "requested_width" DROP NOT NULL,
ALTER COLUMN "requested_height" DROP NOT NULL,
ALTER COLUMN "requested_seed" DROP NOT NULL;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "default_provider" TEXT,
ADD COLUMN     "default_style_id" UUID,
ADD COLUMN     "fallback_providers" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "image_retention_days" INTEGER;

-- CreateTable
CREATE TABLE "provider_circuit" (
    "provider" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "open_until" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_circuit_pkey" PRIMARY KEY ("provider")
);

-- CreateTable
CREATE TABLE "style" (
    "id" UUID NOT NULL,
    "workspace_id" UUID,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "style_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "style_version" (
    "id" UUID NOT NULL,
    "style_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "template" TEXT NOT NULL,
    "negative_prompt" TEXT NOT NULL DEFAULT '',
    "preview_image_id" UUID,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "style_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tag" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "colour" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tag_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "image_tag" (
    "image_id" UUID NOT NULL,
    "tag_id" UUID NOT NULL,

    CONSTRAINT "image_tag_pkey" PRIMARY KEY ("image_id","tag_id")
);

-- CreateTable
CREATE TABLE "review_decision" (
    "id" UUID NOT NULL,
    "image_id" UUID NOT NULL,
    "state" "review_state" NOT NULL,
    "reason" TEXT,
    "user_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "review_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "image_comment" (
    "id" UUID NOT NULL,
    "image_id" UUID NOT NULL,
    "user_id" UUID,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "image_comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clean_up_run" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "user_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed" INTEGER NOT NULL,
    "kept" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "details" JSONB NOT NULL,

    CONSTRAINT "clean_up_run_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "style_name" ON "style"("workspace_id", "name_key") WHERE (deleted_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "style_version_style_id_number_key" ON "style_version"("style_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "tag_workspace_id_name_key_key" ON "tag"("workspace_id", "name_key");

-- CreateIndex
CREATE INDEX "image_tag_tag_id_image_id_idx" ON "image_tag"("tag_id", "image_id");

-- CreateIndex
CREATE INDEX "review_decision_image_id_at_id_idx" ON "review_decision"("image_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "image_comment_image_id_created_at_id_idx" ON "image_comment"("image_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "clean_up_run_workspace_id_at_id_idx" ON "clean_up_run"("workspace_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "generation_attempt_workspace_id_started_at_id_idx" ON "generation_attempt"("workspace_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "generation_attempt_provider_model_started_at_idx" ON "generation_attempt"("provider", "model", "started_at" DESC);

-- CreateIndex
CREATE INDEX "generation_attempt_running" ON "generation_attempt"("provider") WHERE (outcome = 'RUNNING');

-- CreateIndex
CREATE INDEX "image_workspace_id_rating_id_idx" ON "image"("workspace_id", "rating" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "image_workspace_id_title_id_idx" ON "image"("workspace_id", "title", "id");

-- CreateIndex
CREATE INDEX "image_workspace_id_style_version_id_idx" ON "image"("workspace_id", "style_version_id");

-- CreateIndex
CREATE INDEX "image_parent_image_id_idx" ON "image"("parent_image_id");

-- CreateIndex
CREATE INDEX "image_sha256_idx" ON "image"("sha256");

-- CreateIndex
CREATE INDEX "image_search_idx" ON "image" USING GIN ("search");

-- CreateIndex
CREATE INDEX "image_trashed" ON "image"("trashed_at") WHERE (trashed_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "image_waiting" ON "image"("workspace_id", "created_at", "id") WHERE (status = 'PENDING');

-- AddForeignKey
ALTER TABLE "workspace" ADD CONSTRAINT "workspace_default_style_id_fkey" FOREIGN KEY ("default_style_id") REFERENCES "style"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image" ADD CONSTRAINT "image_style_version_id_fkey" FOREIGN KEY ("style_version_id") REFERENCES "style_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image" ADD CONSTRAINT "image_parent_image_id_fkey" FOREIGN KEY ("parent_image_id") REFERENCES "image"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "style" ADD CONSTRAINT "style_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "style_version" ADD CONSTRAINT "style_version_style_id_fkey" FOREIGN KEY ("style_id") REFERENCES "style"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag" ADD CONSTRAINT "tag_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_tag" ADD CONSTRAINT "image_tag_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_tag" ADD CONSTRAINT "image_tag_tag_id_fkey" FOREIGN KEY ("tag_id") REFERENCES "tag"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_decision" ADD CONSTRAINT "review_decision_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_decision" ADD CONSTRAINT "review_decision_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_comment" ADD CONSTRAINT "image_comment_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_comment" ADD CONSTRAINT "image_comment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clean_up_run" ADD CONSTRAINT "clean_up_run_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What people find pictures by: prompt, title and alt text by their words, tags by their names.
CREATE FUNCTION image_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search :=
    setweight(to_tsvector('simple', coalesce(NEW.title, '')), 'A') ||
    setweight(to_tsvector('simple', NEW.tag_names), 'B') ||
    setweight(to_tsvector('simple', coalesce(NEW.alt_text, '')), 'C') ||
    setweight(to_tsvector('simple', NEW.prompt), 'D');
  RETURN NEW;
END $$;

CREATE TRIGGER image_search BEFORE INSERT OR UPDATE OF prompt, title, alt_text, tag_names ON "image"
  FOR EACH ROW EXECUTE FUNCTION image_search();

UPDATE "image" SET title = title;

-- AddForeignKey
ALTER TABLE "generation_attempt" ADD CONSTRAINT "generation_attempt_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
