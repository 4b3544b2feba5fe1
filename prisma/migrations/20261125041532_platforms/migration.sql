-- CreateEnum
CREATE TYPE "image_fit" AS ENUM ('CROP', 'PAD');

-- AlterTable
ALTER TABLE "post_image" ADD COLUMN     "focus_x" DOUBLE PRECISION,
ADD COLUMN     "focus_y" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "post_target" ADD COLUMN     "fit" "image_fit",
ADD COLUMN     "options" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "prepared_at" TIMESTAMPTZ(3),
ADD COLUMN     "remote_refs" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "verified_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "publish_attempt" ADD COLUMN     "absences" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "evidence" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "social_account" ADD COLUMN     "credentials" TEXT,
ADD COLUMN     "credentials_fence" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "details" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_checked_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_error_at" TIMESTAMPTZ(3),
ADD COLUMN     "limited_until" TIMESTAMPTZ(3),
ADD COLUMN     "method" TEXT,
ADD COLUMN     "refresh_at" TIMESTAMPTZ(3),
ADD COLUMN     "refresh_lease_until" TIMESTAMPTZ(3),
ADD COLUMN     "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Until now each platform had one way to connect, called like the platform.
UPDATE "social_account" SET "method" = "platform";
ALTER TABLE "social_account" ALTER COLUMN "method" SET NOT NULL;

-- CreateTable
CREATE TABLE "remote_app" (
    "platform" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "redirect_uri" TEXT NOT NULL,
    "credentials" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "remote_app_pkey" PRIMARY KEY ("platform","origin","redirect_uri")
);

-- CreateIndex
CREATE INDEX "social_account_to_refresh" ON "social_account"("refresh_at") WHERE (refresh_at IS NOT NULL);
