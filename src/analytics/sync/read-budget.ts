/** Numbers that are billed: at most so many a month, over the whole server. */
import { z } from "zod";
import type { Tx } from "../../infra/db.ts";

/** What becomes available at once when a month begins; the rest does evenly, so that late posts get their share. */
const headStart = 0.1;

/** A budget of reads. */
export interface ReadBudget {
  readonly platform: string;
  /** Most reads in a calendar month (UTC). */
  readonly limit: number;
}

/** What of the reads that somebody wanted may be made. */
export interface TakenReads {
  readonly granted: number;
  /** When there will be more; null where nothing more was wanted. */
  readonly until: Date | null;
}

const day = 24 * 60 * 60_000;

/**
 * Takes reads from a platform's budget, in the caller's transaction: as many of those wanted as there are. Reads are taken before anybody
 * asks, because an answer that is lost may be billed as well.
 */
export async function takeReads(
  tx: Tx,
  { platform, limit }: ReadBudget,
  { wanted, now }: { readonly wanted: number; readonly now: Date },
): Promise<TakenReads> {
  const { month, allowed } = shareOf(limit, now);
  if (limit > 0) {
    await tx.$executeRaw`
      insert into metric_reads (platform, month, reads) values (${platform}, ${month}::date, 0) on conflict do nothing`;
  }
  const [row] = heldBudget.parse(
    await tx.$queryRaw`select reads from metric_reads where platform = ${platform} and month = ${month}::date for update`,
  );
  const used = row?.reads ?? 0;
  const granted = Math.max(0, Math.min(wanted, allowed - used));
  if (granted > 0) {
    await tx.metricReads.update({
      where: { platform_month: { platform, month } },
      data: { reads: { increment: granted } },
    });
  }
  const left = wanted - granted;
  if (left === 0) return { granted, until: null };
  const one = availableAt(limit, { wanted: used + granted + 1, now });
  const all = availableAt(limit, { wanted: used + granted + left, now });
  // Not for each single read as it becomes available, and not only once there are enough for all.
  const next = Math.max(one.getTime(), now.getTime() + day);
  return { granted, until: new Date(Math.min(all.getTime(), next)) };
}

/** The moment at which a budget begins anew: the first of the next month, in UTC. */
export function renewsAt(now: Date): Date {
  const { month, length } = monthOf(now);
  return new Date(month.getTime() + length);
}

const heldBudget = z.array(z.object({ reads: z.number() }));

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
  // However small the budget, its first read need not wait.
  return { month, allowed: Math.max(Math.min(1, limit), Math.floor(limit * Math.min(1, headStart + elapsed))) };
}

/** When so many reads will be allowed: later this month, or when the next begins. */
function availableAt(limit: number, { wanted, now }: { readonly wanted: number; readonly now: Date }): Date {
  const { month, length } = monthOf(now);
  const nextMonth = renewsAt(now);
  if (limit === 0 || wanted > limit) return nextMonth;
  const at = month.getTime() + Math.ceil((wanted / limit - headStart) * length) + 1_000;
  return new Date(Math.min(Math.max(at, now.getTime() + 60_000), nextMonth.getTime()));
}

function monthOf(now: Date): { readonly month: Date; readonly length: number } {
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  return { month: new Date(first), length: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - first };
}
