-- AlterTable
ALTER TABLE "post" ADD COLUMN     "scheduled_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "post_workspace_id_scheduled_at_id_idx" ON "post"("workspace_id", "scheduled_at", "id");

-- A post's time is the earliest of its targets, whoever writes them. Only those who hold the post's lock change a target's time, so that the
-- trigger never waits for a post while a worker holds a target.
CREATE FUNCTION post_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed uuid := coalesce(NEW.post_id, OLD.post_id);
BEGIN
  UPDATE post SET scheduled_at = (SELECT min(scheduled_at) FROM post_target WHERE post_id = changed) WHERE id = changed;
  RETURN NULL;
END $$;

CREATE TRIGGER post_time_of_targets AFTER INSERT OR DELETE ON post_target
  FOR EACH ROW EXECUTE FUNCTION post_time();

CREATE TRIGGER post_time_of_moved_targets AFTER UPDATE OF scheduled_at ON post_target
  FOR EACH ROW WHEN (OLD.scheduled_at IS DISTINCT FROM NEW.scheduled_at) EXECUTE FUNCTION post_time();

UPDATE post SET scheduled_at = (SELECT min(scheduled_at) FROM post_target WHERE post_id = post.id);
