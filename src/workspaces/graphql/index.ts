/** The workspaces' part of the schema; imported for effect. */
import "./workspace.ts";
import "./workspaces.ts";
import "./workspace-mutations.ts";
import "./members.ts";
import "./member-mutations.ts";
import "./invitations.ts";
import "./invitation-mutations.ts";
import "./workspace-changed.ts";
