-- A value of an enum can be used once the transaction that added it is over.
-- CreateIndex
CREATE INDEX "post_target_awaiting_images" ON "post_target"("scheduled_at", "id") WHERE (status = 'AWAITING_IMAGES');
