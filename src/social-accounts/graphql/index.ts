/** The social accounts' part of the schema; imported for effect. */
import "./platforms.ts";
import "./social-account.ts";
import "./social-accounts.ts";
import "./connect.ts";
import "./connections.ts";
import "./account-changes.ts";
import "./social-account-changed.ts";
import "./target-risk.ts";
