-- AlterEnum
ALTER TYPE "post_target_status" ADD VALUE 'AWAITING_IMAGES';

-- AlterTable
ALTER TABLE "post_image" ADD COLUMN     "awaited" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "tries_left" INTEGER NOT NULL DEFAULT 0;
