/** Shorthand for tests about people. */
import { randomBytes } from "node:crypto";
import { apiTokenHash } from "../../src/auth/read-api-token.ts";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { scopes } from "../../src/graphql/permissions.ts";
import type { Atelier, Person } from "./atelier.ts";

/** A script of somebody's: an API token with every scope. */
export async function scriptOf(atelier: Atelier, person: Person): Promise<Person> {
  const token = `atl_${randomBytes(24).toString("base64url")}`;
  await atelier.services.db.apiToken.create({
    data: {
      ...{ userId: rowOf(person), name: "a script", hash: apiTokenHash(token), hint: token.slice(0, 8) },
      ...{ scopes: Object.keys(scopes), expiresAt: new Date(atelier.clock.now().getTime() + 90 * 24 * 60 * 60_000) },
    },
  });
  return atelier.personWith(token);
}

/** The id of somebody's row. */
export const rowOf = (person: Person): string => decodeGlobalId(person.id).id;

/** What the audit log says about somebody, in order. */
export async function auditOf({ services }: Atelier, person: Person) {
  const where = { userId: rowOf(person) };
  return services.db.auditEntry.findMany({ where, orderBy: [{ at: "asc" }, { id: "asc" }] });
}

/** What an API token is told about something for people alone. */
export const peopleOnly = {
  extensions: { code: "FORBIDDEN" },
  message: "An API token cannot do this. Sign in with a password to do it.",
};
