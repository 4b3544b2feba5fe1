import { z } from "zod";

/** The session that an access token is of; null for API tokens, which are of none. */
export function sessionOf(token: string | null): string | null {
  const [, payload, signature] = token?.split(".") ?? [];
  if (payload === undefined || signature === undefined) return null;
  return z.object({ sid: z.string() }).parse(JSON.parse(Buffer.from(payload, "base64url").toString())).sid;
}
