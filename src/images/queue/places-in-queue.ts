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
 * played to its end: the workspaces sit in the order of their turns, and each round takes one picture of each that has any left.
 * So before the third picture of a workspace come at most three of those that sit before it, and two of the others.
 *
 * One statement, which counts what waits at their providers from the index, and sorts workspaces only.
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
    with asked as materialized (
      select id, provider, workspace_id, not_before, (
        select count(*) from image earlier
        where earlier.status = 'PENDING' and earlier.provider = image.provider
          and earlier.workspace_id = image.workspace_id and (earlier.created_at, earlier.id) <= (image.created_at, image.id)
      ) as round
      from image
      where id = any(${[...ids]}::uuid[]) and status = 'PENDING' and origin = 'GENERATED' and provider is not null
    ), workspaces as (
      select waiting.provider, waiting.workspace_id, waiting.count, row_number() over (
        partition by waiting.provider order by coalesce(turn.number, 0), waiting.first_at, waiting.workspace_id) as seat
      from (
        select provider, workspace_id, count(*) as count, min(created_at) as first_at from image
        where status = 'PENDING' and provider = any(array(select distinct provider from asked))
        group by provider, workspace_id
      ) waiting
      left join generation_turn turn on turn.provider = waiting.provider and turn.workspace_id = waiting.workspace_id
    )
    select asked.id, asked.provider, asked.not_before as "notBefore",
      coalesce(failures, 0) as failures, open_until as "openUntil", (
        select 1 + sum(least(other.count, asked.round - case when other.seat < own.seat then 0 else 1 end))
        from workspaces other where other.provider = asked.provider
      )::int as position
    from asked
    join workspaces own on own.provider = asked.provider and own.workspace_id = asked.workspace_id
    left join provider_circuit circuit on circuit.provider = asked.provider`;
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
