/** What the X adapter is opened with. */
import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import type { OutboundHttp } from "../../infra/outbound-http.ts";
import { Secret } from "../../infra/secret.ts";
import { wholeNumber } from "../../infra/setting-kinds.ts";
import { apiAddress } from "../api-address.ts";
import { createUsageGauge, type UsageGauge } from "../meta/usage.ts";
import type { PlatformContext } from "../platform.ts";

const word = (pattern: RegExp) =>
  z.string().regex(pattern, "must be one word of printable ASCII characters, as X's console shows it");

/** Its variables. */
export const xVariables = {
  X_CLIENT_ID: word(/^[\x21-\x7e]{8,200}$/)
    .optional()
    .describe("OAuth 2.0 client id of an X app (console.x.com). With it, X accounts can be connected."),
  X_CLIENT_SECRET: word(/^[\x21-\x7e]{8,200}$/)
    .optional()
    .describe(
      "Client secret of a confidential X app (Web App, Automated App or Bot); none for a public one (Native App).",
    ),
  X_READS_PER_MONTH: wholeNumber(0, 3_000_000)
    .default(10_000)
    .describe(
      "How often the numbers of a post may be read from X a month, on the whole server; 0 reads none. X bills reads: 0.001 US dollars for each of one's own posts and day in 2026.",
    ),
  X_API_URL: apiAddress.default("https://api.x.com").describe("Where X's API is."),
  X_LOGIN_URL: apiAddress.default("https://x.com").describe("Where people sign in to X."),
} as const;

const shape = z.object(xVariables);

/** What the adapter is made of. */
export interface X {
  readonly http: OutboundHttp;
  readonly clock: Clock;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly loginUrl: string;
  readonly clientId: string;
  /** Null: a public client, which proves itself by nothing. */
  readonly clientSecret: Secret | null;
  /** What this process knows of limits that are used up. */
  readonly gauge: UsageGauge;
}

/** Opens it; null when the settings name no app. */
export function openX({ values: parsed, http, clock }: PlatformContext): X | null {
  const {
    X_CLIENT_ID: clientId,
    X_CLIENT_SECRET: secret,
    X_API_URL: apiUrl,
    X_LOGIN_URL: loginUrl,
  } = shape.parse(parsed);
  if (clientId === undefined) return null;
  const clientSecret = secret === undefined ? null : new Secret(secret);
  return { http, clock, apiUrl, loginUrl, clientId, clientSecret, gauge: createUsageGauge() };
}
