-- AlterTable
ALTER TABLE "post_comment" ADD COLUMN     "is_shared" BOOLEAN NOT NULL DEFAULT false;

-- What guests said themselves, they read.
UPDATE "post_comment" SET "is_shared" = true WHERE "guest_name" IS NOT NULL;
