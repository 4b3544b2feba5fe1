/**
 * How often something may be tried, counted in Postgres so that all processes count together.
 *
 * A budget of `burst` tries that refills evenly over `period` (the generic cell rate algorithm): one row and one statement a
 * try, whose row lock is what makes parallel tries count one after the other.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Db } from "./db.ts";
import { TooManyAttemptsError } from "./errors.ts";

/** A budget: `burst` tries at once, and as many again over each `period`. */
export interface RateBudget {
  readonly burst: number;
  /** Milliseconds in which an empty budget is whole again. */
  readonly period: number;
}

/** A budget as an operator writes it. `10/15`: ten tries at once, and ten more over every fifteen minutes. */
export const rateBudget = z
  .string()
  .regex(/^[1-9]\d{0,5}\/[1-9]\d{0,3}$/, "must be tries/minutes, such as 10/15")
  .transform((text): RateBudget => {
    const [burst = 1, minutes = 1] = text.split("/").map(Number);
    return { burst, period: minutes * 60_000 };
  });

/** Allowed, or the seconds until the next try is. */
export type RateVerdict = { readonly allowed: true } | { readonly allowed: false; readonly retryAfter: number };

const answer = z.array(z.object({ fullAt: z.date() }));

/** The name of a counter. Its parts are hashed: an address or e-mail does not stand in the table. */
export const rateKey = (name: string, ...parts: readonly string[]): string =>
  `${name}:${createHash("sha256").update(JSON.stringify(parts)).digest("base64url")}`;

/** Takes one try from a budget. A refused try takes nothing, so that waiting always helps. */
export async function takeTry(
  { db, clock }: { db: Pick<Db, "$queryRaw" | "rateLimit">; clock: Clock },
  key: string,
  { burst, period }: RateBudget,
): Promise<RateVerdict> {
  const now = clock.now();
  const cost = period / burst;
  const emptiest = new Date(now.getTime() + period);
  // Further off than clocks of one installation differ: written before the clock was set back. It would lock everybody out.
  const absurd = new Date(now.getTime() + 2 * period);
  const taken = answer.parse(
    await db.$queryRaw`
      insert into rate_limit as held (key, full_at)
      values (${key}, ${new Date(now.getTime() + cost)})
      on conflict (key) do update
        set full_at = case when held.full_at > ${absurd} then ${now} else greatest(held.full_at, ${now}) end
          + make_interval(secs => ${cost / 1_000}::double precision)
        where held.full_at > ${absurd}
          or greatest(held.full_at, ${now}) + make_interval(secs => ${cost / 1_000}::double precision) <= ${emptiest}
      returning full_at as "fullAt"`,
  );
  if (taken.length > 0) return { allowed: true };
  const held = await db.rateLimit.findUnique({ where: { key } });
  const wait = (held?.fullAt ?? now).getTime() + cost - emptiest.getTime();
  return { allowed: false, retryAfter: Math.max(1, Math.ceil(wait / 1_000)) };
}

/** One counter and its budget. */
export interface CountedTry {
  readonly key: string;
  readonly budget: RateBudget;
}

/** Takes one try from each budget, in order. Throws a {@link TooManyAttemptsError} at the first that is empty. */
export async function requireTries(
  services: { db: Pick<Db, "$queryRaw" | "rateLimit">; clock: Clock },
  tries: readonly CountedTry[],
): Promise<void> {
  for (const { key, budget } of tries) {
    const verdict = await takeTry(services, key, budget);
    if (!verdict.allowed) throw new TooManyAttemptsError(verdict.retryAfter);
  }
}

/** Gives a budget back whole: what was counted turned out to be rightful. */
export async function forgiveTries({ db }: { db: Pick<Db, "rateLimit"> }, key: string): Promise<void> {
  await db.rateLimit.deleteMany({ where: { key } });
}

/** Forgets budgets that are whole again. */
export async function forgetRateLimits({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const { count } = await db.rateLimit.deleteMany({ where: { fullAt: { lt: clock.now() } } });
  return count;
}
