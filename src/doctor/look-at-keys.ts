import type { Config } from "../config.ts";
import type { Db } from "../infra/db.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import { countSealed, type SealedColumn } from "../infra/reseal.ts";
import { about, type Finding } from "./finding.ts";

/** What is looked at. */
export interface KeyServices {
  readonly config: Config;
  readonly db: Db;
  readonly jwtKeys: KeyRing;
  readonly mediaKeys: KeyRing;
  readonly secretKeys: KeyRing;
}

/** Where the keys come from, and, where the database can be asked, whether they open what is stored. */
export async function lookAtKeys(
  services: KeyServices,
  columns: readonly SealedColumn[],
  schemaIsThere: boolean,
): Promise<readonly Finding[]> {
  const { config } = services;
  const rings = { JWT_KEYS: services.jwtKeys, MEDIA_KEYS: services.mediaKeys, SECRET_KEYS: services.secretKeys };
  const findings = Object.entries(rings).map(([name, ring]) => {
    const ids = ring.map(({ id }) => `"${id}"`).join(", ");
    const given = config.values[name] !== undefined;
    const found = given ? `Set: ${ids}.` : `Made in DATA_DIR: ${ids}. In production they must be set.`;
    return about(name).ok(found);
  });
  return schemaIsThere ? [...findings, ...(await lookAtSealed(services, columns))] : findings;
}

async function lookAtSealed(
  { db, secretKeys }: KeyServices,
  columns: readonly SealedColumn[],
): Promise<readonly Finding[]> {
  const { ok, warning, problem } = about("Stored secrets");
  const { sealed, unopenable } = await countSealed(db, secretKeys, columns);
  const lost = Object.entries(unopenable).map(([key, count]) => {
    const found = `${count} cannot be opened: their key "${key}" is missing from SECRET_KEYS, or another one has its name.`;
    return problem(found, "Put that key into SECRET_KEYS again, or connect those accounts anew.");
  });
  const total = Object.values(sealed).reduce((sum, count) => sum + count, 0);
  const old = Object.keys(sealed).filter((key) => key !== secretKeys[0]?.id);
  if (old.length > 0) {
    const names = old.map((key) => `"${key}"`).join(", ");
    const found = `${total} can be opened, some of them only with older keys: ${names}.`;
    return [...lost, warning(found, "Run the role `keys-rotate` before you take an older key out.")];
  }
  return [
    ...lost,
    ok(total === 0 ? "There are none yet that SECRET_KEYS would open." : `All ${total} have the newest key.`),
  ];
}
