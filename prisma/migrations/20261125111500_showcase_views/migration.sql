-- AlterTable
ALTER TABLE "showcase_entry" ADD COLUMN     "views" INTEGER NOT NULL DEFAULT 0;
