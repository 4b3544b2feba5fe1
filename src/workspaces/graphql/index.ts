/** The workspaces' part of the schema; imported for effect. */
import "./workspace.ts";
