import { addMilliseconds } from "../infra/clock.ts";
import type { RefreshPolicy } from "../platforms/connection.ts";

/** Where access cannot be renewed, people are told this many milliseconds before it ends. */
const expiryNotice = 7 * 24 * 60 * 60_000;

/** Before the second try, in milliseconds; each further one waits twice as long, up to `longestPause`. */
const firstPause = 30_000;
const longestPause = 30 * 60_000;
const shortestPause = 15_000;

/** When access that was given at `now` is renewed, or looked at where it cannot be; null: never. `random` is from 0 to 1. */
export function refreshTime(
  policy: RefreshPolicy | null,
  { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date | null },
  random = Math.random(),
): Date | null {
  if (expiresAt === null) return null;
  if (policy === null) return later(now, addMilliseconds(expiresAt, -expiryNotice));
  // A random part of a tenth: accounts that were connected together are not renewed together.
  const ahead = policy.ahead * (1 - random / 10);
  return later(addMilliseconds(now, policy.notBefore), addMilliseconds(expiresAt, -ahead));
}

/** When a renewal is tried again after `failures` in a row that pass. Access that ends sooner is tried for more often. */
export function retryTime(
  { now, expiresAt, failures }: { readonly now: Date; readonly expiresAt: Date | null; readonly failures: number },
  random = Math.random(),
): Date {
  const usual = Math.min(firstPause * 2 ** (failures - 1), longestPause) * (1 + random / 4);
  const left = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now.getTime();
  const pause = left > 0 ? Math.min(usual, Math.max(left / 2, shortestPause)) : usual;
  return addMilliseconds(now, pause);
}

const later = (a: Date, b: Date): Date => (a > b ? a : b);
