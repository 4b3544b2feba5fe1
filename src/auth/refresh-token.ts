/**
 * Refresh tokens: `atr_<session>.<family>.<own>`, opaque to clients, and in the database only as hashes.
 *
 * The family part is the same in every token of a sign-in and proves that a token, however old, was once real: whoever holds an
 * old one can thus be told from somebody who only knows the session's id. The own part is single use. A child's own part is
 * derived from its parent's with a salt that is stored, so that the parent, presented again within moments, leads to the same
 * child although neither of them is stored.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";

/** A token taken apart. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly family: string;
  readonly own: string;
}

const shape = /^atr_([\w-]{22})\.([\w-]{22})\.([\w-]{43})$/;

/** The secret parts of a sign-in's first token. */
export const newTokenParts = (): Omit<RefreshToken, "sessionId"> => ({
  family: randomBytes(16).toString("base64url"),
  own: randomBytes(32).toString("base64url"),
});

/** A fresh salt for {@link childOf}. */
export const newSalt = (): string => randomBytes(16).toString("base64url");

/** The token that follows one: the same for the same salt. */
export const childOf = (token: RefreshToken, salt: string): RefreshToken => ({
  ...token,
  own: createHmac("sha256", token.own).update(salt).digest("base64url"),
});

/** As it travels. */
export function formatRefreshToken({ sessionId, family, own }: RefreshToken): string {
  return `atr_${Buffer.from(sessionId.replaceAll("-", ""), "hex").toString("base64url")}.${family}.${own}`;
}

/** Takes a text apart; null when it is no refresh token. */
export function parseRefreshToken(text: string): RefreshToken | null {
  const [, session = "", family = "", own = ""] = shape.exec(text) ?? [];
  if (own === "") return null;
  const id = Buffer.from(session, "base64url").toString("hex");
  const sessionId = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-");
  return { sessionId, family, own };
}

/** How a part of a token is kept. The parts are random enough that a plain hash cannot be guessed back. */
export const partHash = (part: string): string => createHash("sha256").update(part).digest("base64url");
