-- AlterTable
ALTER TABLE "post_target" ADD COLUMN     "planned_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "derivative" (
    "id" UUID NOT NULL,
    "source_hash" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "mime" TEXT NOT NULL,
    "extension" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "derivative_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "derivative_used_at_idx" ON "derivative"("used_at");

-- CreateIndex
CREATE INDEX "derivative_hash_idx" ON "derivative"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "derivative_source_hash_key_key" ON "derivative"("source_hash", "key");
