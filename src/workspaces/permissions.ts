import type { Role } from "../generated/prisma/enums.ts";

/** Which role may do what: the one table that the schema and the verbs read. */
const rolesOf = {
  "workspace:read": ["OWNER", "EDITOR", "REVIEWER", "VIEWER"],
  "images:create": ["OWNER", "EDITOR"],
  "images:review": ["OWNER", "REVIEWER"],
  "posts:write": ["OWNER", "EDITOR"],
  "social-accounts:write": ["OWNER"],
} as const satisfies Record<string, readonly Role[]>;

/** Something a member may or may not do. */
export type Permission = keyof typeof rolesOf;

/** The roles that have a permission. */
const rolesWith = (permission: Permission): Role[] => [...rolesOf[permission]];

/** Whether a role has a permission. */
export const mayDo = (role: Role, permission: Permission): boolean => rolesWith(permission).includes(role);
