-- Who disables an account ends its sign-ins and the sockets of its scripts, by whatever statement they do it: the server asks the
-- database about a session only when it is renewed.
CREATE FUNCTION end_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH ended AS (
    UPDATE "session" SET revoked_at = now(), revoked_reason = 'user-disabled'
    WHERE user_id = NEW.id AND revoked_at IS NULL
    RETURNING id
  )
  INSERT INTO "revocation" (subject_id)
  SELECT id FROM ended
  UNION ALL
  SELECT id FROM "api_token" WHERE user_id = NEW.id AND revoked_at IS NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER end_access AFTER UPDATE OF disabled_at ON "user"
  FOR EACH ROW WHEN (OLD.disabled_at IS NULL AND NEW.disabled_at IS NOT NULL)
  EXECUTE FUNCTION end_access();
