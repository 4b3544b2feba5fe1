/** Who may do what: the one table of roles and scopes that the schema's authorisation and the verbs both read. */
import type { Role } from "../generated/prisma/enums.ts";

/** What an API token may be made for. A person who signed in needs none of these. */
export const scopes = {
  "images:read": "Read pictures.",
  "images:write": "Generate, edit and review pictures; reads them too.",
  "posts:read": "Read posts and social accounts.",
  "posts:write": "Write and edit posts; reads them too.",
  publish: "Schedule, approve, send and cancel posts; reads them too.",
  "analytics:read": "Read figures and statistics, and have them counted anew.",
  "workspace:admin": "Manage workspaces: settings, members, invitations, social accounts.",
} as const;

/** One of {@link scopes}. */
export type Scope = keyof typeof scopes;

/** Every scope, in the order of the table. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `keys` forgets the names of the keys
export const allScopes = Object.keys(scopes) as Scope[];

/** Whoever may write something may read it. */
const implied: Partial<Record<Scope, Scope>> = {
  "images:write": "images:read",
  "posts:write": "posts:read",
  publish: "posts:read",
};

interface Rule {
  readonly roles: readonly Role[];
  /** What an API token needs; null where any token will do. */
  readonly scope: Scope | null;
}

const everybody: readonly Role[] = ["OWNER", "EDITOR", "REVIEWER", "VIEWER"];

const permissions = {
  "workspace:read": { roles: everybody, scope: null },
  // Making one takes no role: there is nothing yet to have a role in.
  "workspace:create": { roles: everybody, scope: "workspace:admin" },
  "workspace:leave": { roles: everybody, scope: "workspace:admin" },
  "workspace:admin": { roles: ["OWNER"], scope: "workspace:admin" },
  "members:read": { roles: everybody, scope: "workspace:admin" },
  "images:read": { roles: everybody, scope: "images:read" },
  "images:create": { roles: ["OWNER", "EDITOR"], scope: "images:write" },
  "images:edit": { roles: ["OWNER", "EDITOR"], scope: "images:write" },
  "images:comment": { roles: ["OWNER", "EDITOR", "REVIEWER"], scope: "images:write" },
  "images:review": { roles: ["OWNER", "REVIEWER"], scope: "images:write" },
  "posts:read": { roles: everybody, scope: "posts:read" },
  "posts:write": { roles: ["OWNER", "EDITOR"], scope: "posts:write" },
  "posts:comment": { roles: ["OWNER", "EDITOR", "REVIEWER"], scope: "posts:write" },
  "posts:review": { roles: ["OWNER", "REVIEWER"], scope: "publish" },
  "posts:publish": { roles: ["OWNER", "EDITOR"], scope: "publish" },
  "analytics:read": { roles: everybody, scope: "analytics:read" },
  // Some platforms bill what is read.
  "analytics:sync": { roles: ["OWNER", "EDITOR"], scope: "analytics:read" },
  "social-accounts:read": { roles: everybody, scope: "posts:read" },
  "social-accounts:write": { roles: ["OWNER"], scope: "workspace:admin" },
} as const satisfies Record<string, Rule>;

/** Something a member may or may not do. */
export type Permission = keyof typeof permissions;

/** Every permission. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `keys` forgets the names of the keys
export const allPermissions = Object.keys(permissions) as Permission[];

/** Whether a role has a permission. */
export const mayDo = (role: Role, permission: Permission): boolean => {
  const { roles }: Rule = permissions[permission];
  return roles.includes(role);
};

/** The roles that have a permission. */
export const rolesWith = (permission: Permission): Role[] => [...permissions[permission].roles];

/** What an API token needs for a permission; null where any token will do. */
export const scopeOf = (permission: Permission): Scope | null => permissions[permission].scope;

/** Whether granted scopes allow a permission. */
export function scopesAllow(granted: readonly Scope[], permission: Permission): boolean {
  const needed = scopeOf(permission);
  return needed === null || granted.some((scope) => scope === needed || implied[scope] === needed);
}
