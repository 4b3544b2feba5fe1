import type { Config } from "../../config.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import type { KeyRing } from "../../infra/key-ring.ts";
import { signPath } from "../../infra/signed-path.ts";

/** How long the link in a mail works, in milliseconds: people read old mail. */
const lifetime = 365 * 24 * 60 * 60 * 1_000;

/** The path of somebody's way out of mails. */
export const unsubscribePath = (userId: string): string => `/notifications/unsubscribe/${userId}`;

/** The address that ends a person's mails: whoever holds it may, without a sign-in, and may do nothing else. */
export const unsubscribeUrl = (
  { config, mediaKeys }: { readonly config: Pick<Config, "PUBLIC_URL">; readonly mediaKeys: KeyRing },
  userId: string,
  now: Date,
): string => `${config.PUBLIC_URL}${signPath(unsubscribePath(userId), mediaKeys, addMilliseconds(now, lifetime))}`;
