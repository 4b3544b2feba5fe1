import type { ImageProvider } from "../../image-providers/provider.ts";
import type { Tx } from "../../infra/db.ts";
import { type Circuit, circuitState } from "./circuit.ts";

/** A provider whose lock is held, with what is known of it. */
export interface LockedProvider {
  readonly name: string;
  /** Most calls at once over all processes. */
  readonly concurrency: number;
  readonly circuit: Circuit;
}

/** Calls at once to a provider; one that is no longer configured fails each without being called. */
export const concurrencyOf = (provider: ImageProvider | undefined): number => provider?.capabilities.concurrency ?? 1;

/**
 * How many calls may be begun now. What runs is what the database says: calls whose picture has a live lease, whichever process
 * makes them; a dead one's place is free as soon as its lease has run out. After a rest one call at a time tries the provider:
 * those that run since the rest was over.
 */
export async function freePlaces(tx: Tx, { name, concurrency, circuit }: LockedProvider, now: Date): Promise<number> {
  const state = circuitState(circuit, now);
  if (state === "OPEN") return 0;
  const [calls] = await tx.$queryRaw<{ running: number; trying: number }[]>`
    select count(*)::int as running,
      count(*) filter (where attempt.started_at >= ${circuit.openUntil}::timestamptz)::int as trying
    from generation_attempt attempt join image on image.id = attempt.image_id and image.fence = attempt.number
    where attempt.provider = ${name} and attempt.outcome = 'RUNNING'
      and image.status = 'GENERATING' and image.lease_until >= ${now}::timestamptz`;
  const { running = 0, trying = 0 } = calls ?? {};
  const free = concurrency - running;
  return Math.max(0, state === "HALF_OPEN" ? Math.min(free, 1 - trying) : free);
}
