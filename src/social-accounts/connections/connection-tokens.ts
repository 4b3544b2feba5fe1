/** What travels through browsers while somebody connects an account: unguessable, used once, kept as hashes. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Milliseconds in which somebody must come back from the platform, and then as many to decide. */
export const connectionLife = 10 * 60_000;

/** 256 random bits. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** What is stored of a token. */
export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** Whether a token is the one behind a stored hash. */
export function isToken(token: string, hash: string | null): boolean {
  return hash !== null && timingSafeEqual(Buffer.from(tokenHash(token)), Buffer.from(hash));
}

/** PKCE's S256 (RFC 7636, 4.2). */
export const codeChallenge = (codeVerifier: string): string => tokenHash(codeVerifier);

/** Where a platform sends the browser back to. */
export const callbackUrl = (publicUrl: string, platform: string): string => `${publicUrl}/connect/${platform}/callback`;
