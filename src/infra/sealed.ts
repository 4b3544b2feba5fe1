/**
 * Secrets at rest: AES-256-GCM under a key of `SECRET_KEYS`, with a random 96-bit nonce. What a sealed text belongs to goes
 * into the seal, so that one copied to another row, column or table does not open there.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { KeyRing } from "./key-ring.ts";
import { Secret } from "./secret.ts";

/** Where a sealed text stands. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  /** The row's id. */
  readonly row: string;
}

/** The text cannot be opened: its key is no longer in the ring, or it is not what was sealed for this place. */
export class SealError extends Error {
  constructor({ table, column }: SealedPlace, why: string) {
    super(`The secret in ${table}.${column} cannot be opened: ${why}.`);
    this.name = "SealError";
  }
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The text, sealed with the newest key: `<key id>.<base64url of nonce, ciphertext and tag>`.
 * @throws Error when the ring is empty, which is a mistake in the caller.
 */
export function seal(keys: KeyRing, place: SealedPlace, secret: Secret): string {
  const [key] = keys;
  if (key === undefined) throw new Error("Nothing can be sealed without a key.");
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, aesKey(key.secret), nonce).setAAD(additionalData(place));
  const body = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
  return `${key.id}.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString("base64url")}`;
}

/** What was sealed for this place. Throws a {@link SealError} for anything else. */
export function unseal(keys: KeyRing, place: SealedPlace, sealed: string): Secret {
  const keyId = sealedWith(sealed);
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new SealError(place, `SECRET_KEYS has no key called "${keyId}"`);
  const bytes = Buffer.from(sealed.slice(keyId.length + 1), "base64url");
  if (bytes.length < nonceBytes + tagBytes) throw new SealError(place, "it is too short");
  const decipher = createDecipheriv(algorithm, aesKey(key.secret), bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
    .setAAD(additionalData(place))
    .setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    return new Secret(text.toString("utf8"));
  } catch {
    throw new SealError(place, "it was changed, moved, or sealed with another key of the same name");
  }
}

/** The id of the key that a sealed text needs; one that is not the newest key's is to be sealed anew. */
export const sealedWith = (sealed: string): string => sealed.slice(0, Math.max(0, sealed.indexOf(".")));

/** Rings take longer secrets too; the cipher takes exactly 32 bytes. */
const aesKey = (secret: Buffer): Buffer => secret.subarray(0, 32);

const additionalData = ({ table, column, row }: SealedPlace): Buffer =>
  Buffer.from(JSON.stringify([table, column, row]));
