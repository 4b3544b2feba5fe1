/**
 * X tells with each answer how much of a limit is left (https://docs.x.com/x-api/fundamentals/rate-limits): of a window of 15
 * minutes, and where there are any of 24 hours, for the account and for the app. What is used up is not asked for.
 */
import { addMilliseconds } from "../../infra/clock.ts";
import { believedMoment, retryAfterOf } from "../ask-platform.ts";
import type { X } from "./setup.ts";

type Headers = Readonly<Record<string, string>>;

const windows = ["x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"] as const;

/** Credits and caps come back when somebody buys more, or with another month: milliseconds until that is asked again. */
const spentPause = 15 * 60_000;

/** One limit: a method and a path, as X counts them, of one account. */
export interface CountedCall {
  readonly method: string;
  readonly path: string;
  readonly account: string;
}

const limitOf = ({ method, path }: CountedCall): string => `${method} ${path.replaceAll(/\/\d+/g, "/:id")}`;

/** Until when a call is not made; null: it may be. */
export function heldUntil({ gauge, clock }: X, call: CountedCall): Date | null {
  const now = clock.now();
  const [own, app] = [
    gauge.heldUntil(`${call.account} ${limitOf(call)}`, now),
    gauge.heldUntil(`app ${limitOf(call)}`, now),
  ];
  return own !== null && (app === null || own > app) ? own : app;
}

/** Remembers what an answer says of its limits. */
export function noteLimits({ gauge, clock }: X, call: CountedCall, headers: Headers): void {
  const now = clock.now();
  // Somebody who is just signing in has no name yet, and must not hold up the next one.
  if (call.account === "") return;
  for (const window of windows) {
    const until = headers[`${window}-remaining`] === "0" ? momentOf(headers, window, now) : null;
    if (until === null) continue;
    const whose = window === "x-app-limit-24hour" ? "app" : call.account;
    gauge.note(`${whose} ${limitOf(call)}`, { app: null, account: until, regainedAt: null }, now);
  }
}

/** Remembers that the app's credits or its month's share are used up, for every account. Answers when to come back. */
export function noteSpent({ gauge, clock }: X): Date {
  const now = clock.now();
  const until = addMilliseconds(now, spentPause);
  gauge.note("", { app: until, account: null, regainedAt: null }, now);
  return until;
}

/** When to come back by a refusal: the end of the last window that is used up; null where it does not say. */
export function resetOf(headers: Headers, now: Date): Date | null {
  const told = windows.filter((window) => headers[`${window}-remaining`] === "0");
  const ends = (told.length > 0 ? told : windows.slice(0, 1)).flatMap((window) => momentOf(headers, window, now) ?? []);
  if (ends.length === 0) return retryAfterOf(headers, now);
  return new Date(Math.max(...ends.map((end) => end.getTime())));
}

/** `…-reset`: seconds since 1970. */
function momentOf(headers: Headers, window: string, now: Date): Date | null {
  const text = headers[`${window}-reset`] ?? "";
  return /^\d{9,11}$/.test(text) ? believedMoment(Number(text) * 1_000, now) : null;
}
