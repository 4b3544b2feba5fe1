/**
 * Signed paths: whoever holds one may fetch what it names until it expires, without a sign-in, because a browser's download
 * carries no header of ours. Pictures have a form of their own: see media-signature.ts.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { KeyRing } from "./key-ring.ts";

/** What a signature is made of, as received: expiry in Unix seconds, key id, signature. All untrusted. */
export const pathSignature = z.object({ e: z.string(), k: z.string(), s: z.string() });

/**
 * `path?e=…&k=…&s=…`, signed with the newest key.
 * @param path with its leading slash and without a query, exactly as the route will see it.
 * @throws Error when the ring is empty.
 */
export function signPath(path: string, keys: KeyRing, expiresAt: Date): string {
  const [key] = keys;
  if (!key) throw new Error("A path cannot be signed without a key.");
  const e = String(Math.floor(expiresAt.getTime() / 1_000));
  return `${path}?${new URLSearchParams({ e, k: key.id, s: signature(key.secret, path, e) }).toString()}`;
}

/** Whether a path was signed here and has not expired. */
export function isSigned(path: string, { e, k, s }: z.output<typeof pathSignature>, keys: KeyRing, now: Date): boolean {
  const key = keys.find(({ id }) => id === k);
  const expected = Buffer.from(signature(key?.secret ?? unknownKey, path, e));
  // The text is compared, not what it decodes to: several base64url texts decode to the same bytes.
  const given = Buffer.from(s);
  const same = given.length === expected.length && timingSafeEqual(given, expected);
  return key !== undefined && same && /^\d{1,12}$/.test(e) && Number(e) * 1_000 > now.getTime();
}

/** Its signatures are computed and never accepted. */
const unknownKey = Buffer.alloc(32);

/** The first word keeps these signatures apart from those of pictures, which the same keys make. */
const signature = (secret: Buffer, path: string, e: string): string =>
  createHmac("sha256", secret)
    .update(JSON.stringify(["path", path, e]))
    .digest("base64url");
