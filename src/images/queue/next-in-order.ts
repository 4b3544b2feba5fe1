import { Prisma } from "../../generated/prisma/client.ts";
import type { Tx } from "../../infra/db.ts";

/** Which pictures, and how many. */
export interface OrderRequest {
  readonly provider: string;
  readonly now: Date;
  readonly most: number;
  /** Locks them until the end of the transaction; what somebody else has locked is passed over. */
  readonly lock: boolean;
  /** Leaves out what was asked for after this moment. */
  readonly askedBefore?: Date;
}

/**
 * The pictures that a provider shall make next, in order; ids. First what a dead process left, which has had its turn. Then the
 * workspaces take turns, a picture each, and whoever had no turn for the longest time comes first; within a workspace, what was
 * asked for first. So no workspace gets a second picture before every other one that waits has got one.
 *
 * One statement, which reads a few rows of each workspace that waits, however many pictures it has waiting: it steps from
 * workspace to workspace along the index.
 */
export async function nextInOrder(tx: Tx, request: OrderRequest): Promise<string[]> {
  const { provider, now, most, lock, askedBefore } = request;
  const waits = Prisma.sql`image.status = 'PENDING' and image.origin = 'GENERATED' and image.provider = ${provider}`;
  const old =
    askedBefore && Prisma.sql`and (image.not_before is not null or image.created_at < ${askedBefore}::timestamptz)`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    with recursive workspaces as (
      (select image.workspace_id as id from image where ${waits} order by image.workspace_id limit 1)
      union all
      select (select image.workspace_id from image where ${waits} and image.workspace_id > workspaces.id
        order by image.workspace_id limit 1)
      from workspaces where workspaces.id is not null
    ), candidates as (
      select 0 as round, 0 as turn, image.id, image.created_at, image.workspace_id from image
      where image.status = 'GENERATING' and image.origin = 'GENERATED' and image.provider = ${provider}
        and image.lease_until < ${now}::timestamptz
      union all
      select queue.round, coalesce(turn.number, 0), queue.id, queue.created_at, workspaces.id
      from workspaces
      cross join lateral (
        select row_number() over (order by image.created_at, image.id) as round, image.id, image.created_at from image
        where ${waits} and image.workspace_id = workspaces.id
          and (image.not_before is null or image.not_before <= ${now}::timestamptz) ${old ?? Prisma.empty}
        order by image.created_at, image.id limit ${most}
      ) queue
      left join generation_turn turn on turn.provider = ${provider} and turn.workspace_id = workspaces.id
    )
    select image.id from candidates join image on image.id = candidates.id
    order by candidates.round, candidates.turn, candidates.created_at, candidates.workspace_id, candidates.id
    limit ${most} ${lock ? Prisma.sql`for update of image skip locked` : Prisma.empty}`;
  return rows.map(({ id }) => id);
}

/** Writes down that a workspace had its turn at a provider, whose lock is held. */
export async function recordTurn(tx: Tx, provider: string, workspaceId: string): Promise<void> {
  await tx.$executeRaw`
    insert into generation_turn (provider, workspace_id) values (${provider}, ${workspaceId}::uuid)
    on conflict (provider, workspace_id) do update set number = excluded.number`;
}
