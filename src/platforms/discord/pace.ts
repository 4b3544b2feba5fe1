/** What Discord said about its limits: https://discord.com/developers/docs/topics/rate-limits. Ten thousand ignored ones end in a ban. */

import { z } from "zod";
import type { Clock } from "../../infra/clock.ts";
import { believedMoment, retryAfterOf } from "../ask-platform.ts";

/** Routes of which something is remembered, at most; what has passed goes first. */
const mostRoutes = 1_000;

const limitBody = z.object({ retry_after: z.number().nonnegative() });

/** An answer, as far as limits stand in it. */
export interface LimitedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** When to come back after a 429; null when it does not say. Discord counts in parts of seconds. */
export function limitedUntil({ headers, json }: LimitedAnswer, now: Date): Date | null {
  const seconds = limitBody.safeParse(json).data?.retry_after;
  return seconds === undefined ? retryAfterOf(headers, now) : believedMoment(now.getTime() + seconds * 1_000, now);
}

/** The rests that Discord asked for, as far as this process knows. Others learn them from a 429 of their own. */
export interface Pace {
  /** Until when nothing may be asked there; null: now. `owner` is whom limits over all routes are counted for. */
  restsUntil(route: string, owner: string): Date | null;
  learn(route: string, owner: string, answer: LimitedAnswer): void;
}

/** Remembers rests by Atelier's clock, since answers name spans of time. */
export function createPace(clock: Clock): Pace {
  const rests = new Map<string, Date>();
  const everywhere = (owner: string) => `* ${owner}`;
  const rest = (key: string, until: Date) => {
    if (rests.size >= mostRoutes) {
      const now = clock.now();
      for (const [old, end] of rests) if (end <= now || rests.size >= mostRoutes) rests.delete(old);
    }
    rests.set(key, until);
  };
  return {
    restsUntil(route, owner) {
      const now = clock.now().getTime();
      const ends = [rests.get(route), rests.get(everywhere(owner))].map((end) => end?.getTime() ?? 0);
      const latest = Math.max(...ends);
      return latest > now ? new Date(latest) : null;
    },
    learn(route, owner, answer) {
      const { status, headers } = answer;
      const now = clock.now();
      if (status === 429) {
        const until = limitedUntil(answer, now);
        if (until !== null) rest(headers["x-ratelimit-global"] === "true" ? everywhere(owner) : route, until);
        return;
      }
      const span = Number(headers["x-ratelimit-reset-after"] ?? Number.NaN);
      const until = believedMoment(now.getTime() + span * 1_000, now);
      if (headers["x-ratelimit-remaining"] === "0" && until !== null) rest(route, until);
    },
  };
}
