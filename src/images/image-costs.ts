import { z } from "zod";
import type { Db } from "../infra/db.ts";
import { ValidationError } from "../infra/errors.ts";

/** What pictures cost in one currency, in millionths of its unit. */
export interface CurrencyCost {
  readonly micros: bigint;
  readonly currency: string;
  /** Whether the API reported all of it; part of it is our estimate otherwise. */
  readonly reported: boolean;
}

/** What somebody's attempts cost. */
export interface ImageCosts {
  readonly costs: readonly CurrencyCost[];
  /** Calls that may have cost something, and nobody can say how much. */
  readonly unknownCount: number;
}

/** The columns of an attempt that say what it cost. */
export interface AttemptCost {
  readonly costState: string;
  readonly cost: bigint | null;
  readonly currency: string | null;
}

/** Adds up attempts, by currency. What runs is not in it. */
export function sumCosts(attempts: readonly AttemptCost[]): ImageCosts {
  const sums = new Map<string, CurrencyCost>();
  let unknownCount = 0;
  for (const { costState, cost, currency } of attempts) {
    if (costState !== "REPORTED" && costState !== "UNKNOWN") continue;
    if (cost === null || currency === null) {
      unknownCount += 1;
      continue;
    }
    const before = sums.get(currency) ?? { micros: 0n, currency, reported: true };
    const reported = before.reported && costState === "REPORTED";
    sums.set(currency, { micros: before.micros + cost, currency, reported });
  }
  return { costs: [...sums.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1)), unknownCount };
}

const monthText = /^(?:20\d\d)-(?:0[1-9]|1[0-2])$/;

const sums = z.array(
  z.object({
    currency: z.string().nullable(),
    micros: z.coerce.bigint(),
    calls: z.coerce.number(),
    reported: z.boolean(),
  }),
);

/**
 * What a workspace's pictures cost in one month (UTC) by when the calls began; one statement. `month` is written as `2026-11`;
 * throws a `ValidationError` for anything else.
 */
export async function imageCostsOfMonth(
  { db }: { db: Db },
  { workspaceId, month }: { workspaceId: string; month: string },
): Promise<ImageCosts> {
  if (!monthText.test(month)) {
    const message = `The month is "${month.slice(0, 20)}". Write it as year and month, such as 2026-11.`;
    throw new ValidationError([{ path: ["month"], code: "INVALID", message }]);
  }
  const from = new Date(`${month}-01T00:00:00Z`);
  const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1));
  const rows = sums.parse(
    await db.$queryRaw`
      select case when cost is null then null else currency end as currency, coalesce(sum(cost), 0)::text as micros,
        count(*)::int as calls, bool_and(cost_state = 'REPORTED') as reported
      from generation_attempt
      where workspace_id = ${workspaceId}::uuid and started_at >= ${from} and started_at < ${to}
        and cost_state in ('REPORTED', 'UNKNOWN')
      group by 1
      order by 1`,
  );
  return {
    costs: rows.flatMap(({ currency, micros, reported }) => (currency === null ? [] : { currency, micros, reported })),
    unknownCount: rows.find(({ currency }) => currency === null)?.calls ?? 0,
  };
}
