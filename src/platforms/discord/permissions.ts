/** What somebody may do in a channel (https://discord.com/developers/docs/topics/permissions#permission-overwrites). */
import { z } from "zod";

const bits = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform((text) => BigInt(text));

/** A role with what it allows. */
export const roleShape = z.object({ id: z.string(), permissions: bits });

/** An exception for a role or a member in one channel. */
export const overwriteShape = z.object({ id: z.string(), allow: bits, deny: bits });

/** Everything that decides. */
export interface PermissionFacts {
  readonly guildId: string;
  readonly ownerId: string;
  readonly userId: string;
  /** Ids of the roles that they have. */
  readonly memberRoles: readonly string[];
  readonly roles: readonly z.output<typeof roleShape>[];
  readonly overwrites: readonly z.output<typeof overwriteShape>[];
}

const administrator = 1n << 3n;

/** What publishing and looking up needs, by Discord's own names. */
const needed = {
  "View Channel": 1n << 10n,
  "Send Messages": 1n << 11n,
  "Attach Files": 1n << 15n,
  "Read Message History": 1n << 16n,
} as const;

/** The names of needed permissions that somebody lacks; empty: they may publish. */
export function missingPermissions(facts: PermissionFacts): readonly string[] {
  const may = permissionsOf(facts);
  if (may === "all") return [];
  return Object.entries(needed).flatMap(([name, bit]) => ((may & bit) === bit ? [] : [name]));
}

function permissionsOf({ guildId, ownerId, userId, memberRoles, roles, overwrites }: PermissionFacts): bigint | "all" {
  if (ownerId === userId) return "all";
  // The role of everybody has the server's own id.
  const held = new Set([guildId, ...memberRoles]);
  const base = or(roles.filter(({ id }) => held.has(id)).map(({ permissions }) => permissions));
  if ((base & administrator) === administrator) return "all";
  const by = (ids: readonly string[]) => overwrites.filter(({ id }) => ids.includes(id));
  const steps = [by([guildId]), by(memberRoles.filter((id) => id !== guildId)), by([userId])];
  return steps.reduce((may, step) => {
    const denied = or(step.map(({ deny }) => deny));
    return (may & ~denied) | or(step.map(({ allow }) => allow));
  }, base);
}

const or = (sets: readonly bigint[]): bigint => sets.reduce((all, set) => all | set, 0n);
