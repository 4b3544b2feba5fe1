/**
 * Signed paths for picture files. Whoever holds such a path may fetch the file until it expires, without a login: browsers
 * and platforms fetch pictures without our headers.
 *
 * Expiry is aligned to UTC days, so that one picture keeps one URL for a day and caches can do their work: a path is valid for
 * more than 24 and at most 48 hours.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { KeyRing } from "./key-ring.ts";

/** What a path gives access to: one variant of one image. Both are made of letters, digits, `-` and `_`. */
export interface MediaReference {
  readonly imageId: string;
  readonly variant: string;
}

/** The parts of a requested path, as received: all untrusted. */
export interface SignedMediaReference extends MediaReference {
  /** Expiry in Unix seconds. */
  readonly e: string;
  /** Key id. */
  readonly k: string;
  /** Signature, base64url. */
  readonly s: string;
}

const daySeconds = 24 * 60 * 60;
const namePattern = /^[A-Za-z0-9_-]+$/;

/**
 * `/media/<imageId>/<variant>?e=…&k=…&s=…`, signed with the newest key.
 * @param now decides the expiry: the end of the UTC day after the current one.
 * @throws Error when the ring is empty or a name holds other characters; both are mistakes in the caller.
 */
export function signMedia({ imageId, variant }: MediaReference, keys: KeyRing, now: Date): string {
  const [key] = keys;
  if (!key) throw new Error("Media cannot be signed without a key.");
  if (!namePattern.test(imageId) || !namePattern.test(variant)) {
    throw new Error(`${JSON.stringify(`${imageId}/${variant}`)} does not name an image and a variant.`);
  }
  const e = String((Math.floor(now.getTime() / 1000 / daySeconds) + 2) * daySeconds);
  const query = new URLSearchParams({ e, k: key.id, s: signature(key.secret, imageId, variant, e) });
  return `/media/${imageId}/${variant}?${query.toString()}`;
}

/** Expired, tampered with and signed by an unknown key all look the same, in the answer and in the time that it takes. */
export function verifyMedia(reference: SignedMediaReference, keys: KeyRing, now: Date): "valid" | "invalid" {
  const { imageId, variant, e, k, s } = reference;
  const key = keys.find(({ id }) => id === k);
  const expected = Buffer.from(signature(key?.secret ?? unknownKey, imageId, variant, e));
  // The text is compared, not what it decodes to: several base64url texts decode to the same bytes.
  const given = Buffer.from(s);
  const same = given.length === expected.length && timingSafeEqual(given, expected);
  const alive = /^\d{1,12}$/.test(e) && Number(e) * 1000 > now.getTime();
  return key && same && alive ? "valid" : "invalid";
}

/** Its signatures are computed and never accepted. */
const unknownKey = Buffer.alloc(32);

/** JSON keeps the parts apart: no two references share a text. */
function signature(secret: Buffer, imageId: string, variant: string, e: string): string {
  return createHmac("sha256", secret)
    .update(JSON.stringify(["media", imageId, variant, e]))
    .digest("base64url");
}
