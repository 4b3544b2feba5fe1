/** The notifications' part of the schema; imported for effect. */
import "./notification.ts";
import "./notifications.ts";
import "./notification-received.ts";
import "./mutations.ts";
import "./webhook.ts";
import "./webhook-event.ts";
import "./webhook-mutations.ts";
import "./settings.ts";
