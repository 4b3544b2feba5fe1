/** The part of the schema about people; imported for effect. */
import "./user.ts";
import "./profile.ts";
import "./avatar.ts";
import "./data-export.ts";
import "./erasure.ts";
import "./sign-in.ts";
import "./sessions.ts";
import "./stream-ticket.ts";
import "./password.ts";
import "./email.ts";
import "./security-events.ts";
import "./api-tokens.ts";
