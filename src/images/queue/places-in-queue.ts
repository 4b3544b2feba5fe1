import type { ImageProvider } from "../../image-providers/provider.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Db } from "../../infra/db.ts";
import type { Circuit } from "./circuit.ts";
import { describeAvailability } from "./provider-availability.ts";

/** Where a picture stands in its provider's queue. */
export interface PlaceInQueue {
  /** From 1. */
  readonly position: number;
  /** For people: why it waits although its turn may have come; null where it only waits its turn. */
  readonly reason: string | null;
}

interface PlaceRow extends Pick<Circuit, "failures" | "openUntil"> {
  readonly id: string;
  readonly provider: string;
  readonly position: number;
  readonly notBefore: Date | null;
}

/**
 * Where each of these pictures stands, in the same order; null for one that does not wait. The order is that of `nextInOrder`,
 * played to its end: each workspace's first picture, then each one's second, and so on. One statement, which reads what waits at
 * their providers from the index.
 */
export async function placesInQueue(
  {
    db,
    clock,
    providers,
  }: { readonly db: Db; readonly clock: Clock; readonly providers: ReadonlyMap<string, ImageProvider> },
  ids: readonly string[],
): Promise<(PlaceInQueue | null)[]> {
  const rows = await db.$queryRaw<PlaceRow[]>`
    with queue as (
      select id, provider, workspace_id, created_at, not_before,
        row_number() over (partition by provider, workspace_id order by created_at, id) as round
      from image
      where status = 'PENDING' and origin = 'GENERATED'
        and provider = any(array(select distinct provider from image where id = any(${[...ids]}::uuid[]) and provider is not null))
    ), places as (
      select queue.id, queue.provider, queue.not_before, (row_number() over (
        partition by queue.provider
        order by queue.round, coalesce(turn.number, 0), queue.created_at, queue.id))::int as position
      from queue
      left join generation_turn turn on turn.provider = queue.provider and turn.workspace_id = queue.workspace_id
    )
    select places.id, places.provider, position, places.not_before as "notBefore",
      coalesce(failures, 0) as failures, open_until as "openUntil"
    from places left join provider_circuit circuit on circuit.provider = places.provider
    where places.id = any(${[...ids]}::uuid[])`;
  const places = new Map(rows.map((row) => [row.id, row]));
  const now = clock.now();
  return ids.map((id) => {
    const row = places.get(id);
    return row === undefined ? null : { position: row.position, reason: reasonOf(row, providers, now) };
  });
}

function reasonOf(row: PlaceRow, providers: ReadonlyMap<string, ImageProvider>, now: Date): string | null {
  const { status, message } = describeAvailability(providers.get(row.provider)?.label ?? row.provider, row, now);
  if (status !== "AVAILABLE") return message;
  if (row.notBefore === null || row.notBefore <= now) return null;
  return `It is tried again at ${row.notBefore.toISOString().slice(11, 19)} UTC.`;
}
