-- A post is written once for all of its targets that moved by one statement, not once for each: the others find it done.
CREATE OR REPLACE FUNCTION post_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed uuid := coalesce(NEW.post_id, OLD.post_id);
  earliest timestamptz := (SELECT min(scheduled_at) FROM post_target WHERE post_id = changed);
BEGIN
  UPDATE post SET scheduled_at = earliest WHERE id = changed AND scheduled_at IS DISTINCT FROM earliest;
  RETURN NULL;
END $$;
