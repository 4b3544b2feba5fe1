import type { IncomingHttpHeaders } from "node:http";
import type { Config } from "../config.ts";

/** Browsers name the page's origin; a page counts when it is ours or on the list. Other clients name none. */
export function isKnownOrigin(
  { origin, host }: IncomingHttpHeaders,
  { CORS_ORIGINS, PUBLIC_URL }: Pick<Config, "CORS_ORIGINS" | "PUBLIC_URL">,
): boolean {
  if (origin === undefined) return true;
  const known = [new URL(PUBLIC_URL).origin, `http://${host}`, `https://${host}`, ...CORS_ORIGINS];
  return known.includes(origin);
}
