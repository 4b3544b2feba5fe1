-- AlterTable
ALTER TABLE "provider_circuit" DROP COLUMN "updated_at",
ADD COLUMN     "last_failure_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_failure_id" UUID;

-- CreateTable
CREATE TABLE "generation_turn" (
    "provider" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "number" BIGSERIAL NOT NULL,

    CONSTRAINT "generation_turn_pkey" PRIMARY KEY ("provider","workspace_id")
);

-- CreateIndex
CREATE INDEX "generation_turn_workspace_id_idx" ON "generation_turn"("workspace_id");

-- CreateIndex
CREATE INDEX "image_queue" ON "image"("provider", "workspace_id", "created_at", "id") WHERE (status = 'PENDING');

-- AddForeignKey
ALTER TABLE "generation_turn" ADD CONSTRAINT "generation_turn_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
