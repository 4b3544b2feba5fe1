import { createHash } from "node:crypto";

const alphabet = "234567abcdefghijklmnopqrstuvwxyz";

/**
 * The record key of a post, fixed before anything is sent: a TID, 53 bits of microseconds and 10 bits that tell writers apart,
 * in sortable base 32 (atproto.com/specs/tid). The same post always gets the same one, so that sending it again changes nothing.
 */
export function recordKey(key: string, preparedAt: Date): string {
  const digest = createHash("sha256").update(key).digest();
  const micros = BigInt(preparedAt.getTime()) * 1_000n + BigInt(digest.readUInt16BE(0) % 1_000);
  let rest = (micros << 10n) | BigInt(digest.readUInt16BE(2) & 0x3ff);
  let text = "";
  for (let place = 0; place < 13; place += 1) {
    text = (alphabet[Number(rest & 31n)] ?? "") + text;
    rest >>= 5n;
  }
  return text;
}
