/** Numbers that are billed: at most so many a month, over the whole server. */
import type { Tx } from "../../infra/db.ts";

/** What becomes available at once when a month begins; the rest does evenly, so that late posts get their share. */
const headStart = 0.1;

/** A budget of reads. */
export interface ReadBudget {
  readonly platform: string;
  /** Most reads in a calendar month (UTC). */
  readonly limit: number;
}

/**
 * Takes reads from a platform's budget, in the caller's transaction: null when they were taken; else nothing was, and the answer is
 * when there will be enough. Reads are taken before anybody asks, because an answer that is lost may be billed as well.
 */
export async function takeReads(
  tx: Tx,
  { platform, limit }: ReadBudget,
  { reads, now }: { readonly reads: number; readonly now: Date },
): Promise<Date | null> {
  const { month, allowed } = shareOf(limit, now);
  const taken = await tx.$executeRaw`
    insert into metric_reads as budget (platform, month, reads)
    select ${platform}, ${month}::date, ${reads}::int where ${reads}::int <= ${allowed}::int
    on conflict (platform, month) do update set reads = budget.reads + excluded.reads
    where budget.reads + excluded.reads <= ${allowed}::int`;
  if (taken > 0) return null;
  const row = await tx.metricReads.findUnique({ where: { platform_month: { platform, month } } });
  return availableAt(limit, { wanted: (row?.reads ?? 0) + reads, now });
}

interface Share {
  /** The month's first moment. */
  readonly month: Date;
  /** Reads that the month so far allows. */
  readonly allowed: number;
}

/** How much of a month's budget may be used by now. */
function shareOf(limit: number, now: Date): Share {
  const { month, length } = monthOf(now);
  const elapsed = (now.getTime() - month.getTime()) / length;
  return { month, allowed: Math.floor(limit * Math.min(1, headStart + elapsed)) };
}

/** When so many reads will be allowed: later this month, or when the next begins. */
function availableAt(limit: number, { wanted, now }: { readonly wanted: number; readonly now: Date }): Date {
  const { month, length } = monthOf(now);
  const nextMonth = new Date(month.getTime() + length);
  if (limit === 0 || wanted > limit) return nextMonth;
  const at = month.getTime() + Math.ceil((wanted / limit - headStart) * length) + 1_000;
  return new Date(Math.min(Math.max(at, now.getTime() + 60_000), nextMonth.getTime()));
}

function monthOf(now: Date): { readonly month: Date; readonly length: number } {
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  return { month: new Date(first), length: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - first };
}
