/**
 * Meta tells with each answer how much of a limit is used (https://developers.facebook.com/docs/graph-api/overview/rate-limiting),
 * and holds back whoever goes on at the limit for longer. So nothing is asked near it.
 */
import { z } from "zod";
import { addMilliseconds } from "../../infra/clock.ts";
import { believedMoment, readJson } from "../ask-platform.ts";

/** Per cent at which nothing more is asked. */
const brim = 95;

/** Pause near a limit for which no time is told; the limits count a moving hour. In milliseconds. */
const pauseNearLimit = 5 * 60_000;

const percent = z.number().catch(0);
const shares = { call_count: percent, total_time: percent, total_cputime: percent };
const plainUsage = z.object(shares);
const accountUsage = z.record(
  z.string(),
  z.array(z.object({ ...shares, estimated_time_to_regain_access: z.number().catch(0) })),
);

/** Until when to keep away: from the app as a whole, and from the account that was asked about. Null: not at all. */
export interface UsageHold {
  readonly app: Date | null;
  readonly account: Date | null;
  /** When the platform itself says that access comes back. */
  readonly regainedAt: Date | null;
}

/** Reads the usage headers of an answer. */
export function readUsage(headers: Readonly<Record<string, string>>, now: Date): UsageHold {
  const app = parse(plainUsage, headers["x-app-usage"]);
  const page = parse(plainUsage, headers["x-page-usage"]);
  const entries = Object.values(parse(accountUsage, headers["x-business-use-case-usage"]) ?? {}).flat();
  const minutes = Math.max(0, ...entries.map((entry) => entry.estimated_time_to_regain_access));
  const regainedAt = minutes > 0 ? believedMoment(now.getTime() + minutes * 60_000, now) : null;
  const near = addMilliseconds(now, pauseNearLimit);
  return {
    app: app !== null && isFull(app) ? near : null,
    account: regainedAt ?? ([...entries, ...(page === null ? [] : [page])].some(isFull) ? near : null),
    regainedAt,
  };
}

const isFull = ({ call_count, total_time, total_cputime }: z.output<typeof plainUsage>): boolean =>
  Math.max(call_count, total_time, total_cputime) >= brim;

function parse<Shape extends z.ZodType>(shape: Shape, text: string | undefined): z.output<Shape> | null {
  return text === undefined ? null : (shape.safeParse(readJson(Buffer.from(text))).data ?? null);
}

/** What this process knows about limits that are nearly used up. */
export interface UsageGauge {
  /** Until when an account is to be left alone; null: it may be asked. */
  heldUntil(account: string, now: Date): Date | null;
  note(account: string, hold: UsageHold, now: Date): void;
}

const wholeApp = "";

/** Makes one. What has passed is forgotten, so it holds no more than the accounts that are near a limit now. */
export function createUsageGauge(): UsageGauge {
  const holds = new Map<string, Date>();
  return {
    heldUntil(account, now) {
      const times = [holds.get(wholeApp), holds.get(account)].filter((until) => until !== undefined && until > now);
      return times.reduce<Date | null>((last, until) => (until && (!last || until > last) ? until : last), null);
    },
    note(account, { app, account: own }, now) {
      for (const [name, until] of holds) if (until <= now) holds.delete(name);
      if (app !== null) holds.set(wholeApp, app);
      if (own !== null) holds.set(account, own);
    },
  };
}
