-- AlterTable
ALTER TABLE "image" ADD COLUMN     "failure_retryable" BOOLEAN;
