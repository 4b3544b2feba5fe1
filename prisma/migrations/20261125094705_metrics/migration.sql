-- CreateEnum
CREATE TYPE "metric_export_format" AS ENUM ('CSV', 'JSON');

-- CreateEnum
CREATE TYPE "metric_export_status" AS ENUM ('PENDING', 'READY', 'FAILED');

-- CreateTable
CREATE TABLE "target_metrics" (
    "target_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "social_account_id" UUID NOT NULL,
    "values" JSONB NOT NULL DEFAULT '{}',
    "unknown" JSONB NOT NULL DEFAULT '{}',
    "synced_at" TIMESTAMPTZ(3),
    "next_sync_at" TIMESTAMPTZ(3),
    "requested_at" TIMESTAMPTZ(3),
    "quiet_until" TIMESTAMPTZ(3),
    "flat" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "target_metrics_pkey" PRIMARY KEY ("target_id")
);

-- CreateTable
CREATE TABLE "metric_snapshot" (
    "target_id" UUID NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    "workspace_id" UUID NOT NULL,
    "social_account_id" UUID NOT NULL,
    "values" JSONB NOT NULL,
    "gains" JSONB NOT NULL,

    CONSTRAINT "metric_snapshot_pkey" PRIMARY KEY ("target_id","taken_at")
) PARTITION BY RANGE ("taken_at");

-- CreateTable
CREATE TABLE "metric_daily" (
    "target_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "workspace_id" UUID NOT NULL,
    "social_account_id" UUID NOT NULL,
    "gains" JSONB NOT NULL,
    "snapshots" INTEGER NOT NULL,

    CONSTRAINT "metric_daily_pkey" PRIMARY KEY ("target_id","day")
);

-- CreateTable
CREATE TABLE "metric_calendar" (
    "workspace_id" UUID NOT NULL,
    "time_zone" TEXT NOT NULL,
    "rebuilt_to" UUID,

    CONSTRAINT "metric_calendar_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "metric_reads" (
    "platform" TEXT NOT NULL,
    "month" DATE NOT NULL,
    "reads" INTEGER NOT NULL,

    CONSTRAINT "metric_reads_pkey" PRIMARY KEY ("platform","month")
);

-- CreateTable
CREATE TABLE "metric_export" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "requested_by_id" UUID,
    "format" "metric_export_format" NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "status" "metric_export_status" NOT NULL DEFAULT 'PENDING',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT,
    "failure" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ready_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "metric_export_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "target_metrics_workspace_id_idx" ON "target_metrics"("workspace_id");

-- CreateIndex
CREATE INDEX "target_metrics_due" ON "target_metrics"("next_sync_at") WHERE (next_sync_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "target_metrics_due_of_account" ON "target_metrics"("social_account_id", "next_sync_at") WHERE (next_sync_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "metric_snapshot_workspace_id_taken_at_idx" ON "metric_snapshot"("workspace_id", "taken_at");

-- CreateIndex
CREATE INDEX "metric_daily_workspace_id_day_idx" ON "metric_daily"("workspace_id", "day");

-- CreateIndex
CREATE INDEX "metric_export_workspace_id_created_at_id_idx" ON "metric_export"("workspace_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "metric_export_requested_by_id_id_idx" ON "metric_export"("requested_by_id", "id");

-- CreateIndex
CREATE INDEX "metric_export_expires_at_idx" ON "metric_export"("expires_at");

-- CreateIndex
CREATE INDEX "metric_export_pending" ON "metric_export"("created_at") WHERE (status = 'PENDING');

-- CreateIndex
CREATE INDEX "post_target_workspace_id_scheduled_at_id_idx" ON "post_target"("workspace_id", "scheduled_at", "id");

-- CreateIndex
CREATE INDEX "post_target_workspace_id_published_at_id_idx" ON "post_target"("workspace_id", "published_at", "id");

-- AddForeignKey
ALTER TABLE "target_metrics" ADD CONSTRAINT "target_metrics_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "post_target"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "target_metrics" ADD CONSTRAINT "target_metrics_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "target_metrics" ADD CONSTRAINT "target_metrics_social_account_id_fkey" FOREIGN KEY ("social_account_id") REFERENCES "social_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metric_snapshot" ADD CONSTRAINT "metric_snapshot_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "post_target"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metric_daily" ADD CONSTRAINT "metric_daily_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "post_target"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metric_calendar" ADD CONSTRAINT "metric_calendar_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metric_export" ADD CONSTRAINT "metric_export_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metric_export" ADD CONSTRAINT "metric_export_requested_by_id_fkey" FOREIGN KEY ("requested_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Makes the partitions of `metric_snapshot` for some months, those that are there excepted. Attached rather than created in place: that leaves
-- readers and writers of the other months alone.
CREATE FUNCTION metric_partitions(first date, months int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  month date;
  part text;
  made int := 0;
BEGIN
  -- One at a time, whoever asks.
  PERFORM pg_advisory_xact_lock(hashtext('metric_partitions'));
  FOR number IN 0 .. months - 1 LOOP
    month := (date_trunc('month', first::timestamp) + make_interval(months => number))::date;
    part := 'metric_snapshot_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass(part) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE metric_snapshot INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
    EXECUTE format(
      'ALTER TABLE metric_snapshot ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      part, month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC'
    );
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;

SELECT metric_partitions((now() - interval '1 month')::date, 5);

-- A published target is measured from ten minutes on; one that is published a second time is another post, and counted anew.
CREATE FUNCTION measure_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO target_metrics (target_id, workspace_id, social_account_id, next_sync_at)
  VALUES (NEW.id, NEW.workspace_id, NEW.social_account_id, coalesce(NEW.published_at, now()) + interval '10 minutes')
  ON CONFLICT (target_id) DO UPDATE SET
    values = '{}', unknown = '{}', synced_at = NULL, next_sync_at = excluded.next_sync_at, flat = 0, failures = 0, last_error = NULL,
    lease_until = NULL, fence = target_metrics.fence + 1, version = target_metrics.version + 1;
  RETURN NULL;
END $$;

CREATE TRIGGER measure_target_made_published AFTER INSERT ON post_target
  FOR EACH ROW WHEN (NEW.status = 'PUBLISHED' AND NEW.external_id IS NOT NULL) EXECUTE FUNCTION measure_target();

CREATE TRIGGER measure_published_target AFTER UPDATE OF status, external_id ON post_target
  FOR EACH ROW WHEN (
    NEW.status = 'PUBLISHED' AND NEW.external_id IS NOT NULL
    AND (OLD.status IS DISTINCT FROM NEW.status OR OLD.external_id IS DISTINCT FROM NEW.external_id)
  ) EXECUTE FUNCTION measure_target();

INSERT INTO target_metrics (target_id, workspace_id, social_account_id, next_sync_at)
SELECT id, workspace_id, social_account_id, now() FROM post_target
WHERE status = 'PUBLISHED' AND external_id IS NOT NULL AND published_at > now() - interval '30 days';
