import type { Context, Viewer } from "../graphql/context.ts";
import type { StreamedEvent } from "../graphql/event-queue.ts";
import { openEventStream } from "../graphql/event-stream.ts";
import { rowIds } from "../graphql/ids.ts";
import { onlyMatching } from "../graphql/only-matching.ts";
import type { Permission } from "../graphql/permissions.ts";
import { workspaceOf } from "../graphql/workspace-of.ts";
import { BadUserInputError } from "../infra/errors.ts";
import { requireMember } from "./require-member.ts";
import { whileMember } from "./while-member.ts";

/** Most entities that a subscription names, and that it shows first. */
const most = 100;

/** What somebody wants to watch. */
export interface Watch {
  readonly typename: string;
  readonly topic: string;
  /** What watching takes. */
  readonly permission: Permission;
  /** Default: the personal workspace. */
  readonly workspaceId: string | null | undefined;
  /** Only these, by their public ids; all of the workspace when absent. */
  readonly only: { readonly argument: string; readonly ids: readonly string[] | null | undefined };
  readonly after: string | null | undefined;
  /** Reads the ids of what is shown first: the rows that were named, or those that are unfinished. */
  snapshot(rows: WatchedRows): Promise<readonly { readonly id: string }[]>;
  /** Whether an entity, as it is now, belongs to what is watched; all do when absent. */
  readonly matches?: ((row: WatchedRow) => Promise<boolean>) | undefined;
  /** Whether an entity that is watched alone has come to its end, or is not there (any more): then the stream ends. */
  readonly isSettled?: (row: WatchedRow) => Promise<boolean>;
}

/** One row, as Prisma's `where`. */
export interface WatchedRow {
  readonly workspaceId: string;
  readonly id: string;
}

/** Which rows a snapshot reads, as Prisma's `where` and `take`. */
export interface WatchedRows {
  /** Without `id` all of the workspace are meant. */
  readonly where: { readonly workspaceId: string; readonly id?: { readonly in: string[] } };
  readonly take: number;
}

/**
 * Opens the stream of a workspace's changes, which fails once the viewer is no longer a member. Rejects with a `NotFoundError` for a workspace of others, a `ValidationError` for
 * wrong ids, a `BadUserInputError` for too many of them or a cursor that is none, a `ResyncRequiredError` for an old one. Ids of others and of nothing are silent alike (I-47).
 */
export async function watchWorkspace(
  { services, viewer, lastEventId }: Context & { readonly viewer: Viewer },
  watch: Watch,
): Promise<AsyncIterableIterator<StreamedEvent>> {
  const { typename, topic, permission, only, snapshot, matches, isSettled } = watch;
  const workspaceId = workspaceOf(viewer, watch.workspaceId);
  const membership = {
    workspaceId,
    require: () => requireMember(services.db, viewer, { workspaceId, permission }),
  };
  return whileMember(services, membership, async () => {
    const entityIds = watchedIds(typename, only);
    const where = { workspaceId, ...(entityIds && { id: { in: entityIds } }) };
    const [alone] = entityIds?.length === 1 ? entityIds : [];
    const stream = await openEventStream(services, {
      ...{ typename, after: lastEventId ?? watch.after },
      filter: { workspaceIds: [workspaceId], topic, entityIds },
      snapshot: async () => (await snapshot({ where, take: most })).map(({ id }) => id),
      isSettled: alone !== undefined && isSettled ? () => isSettled({ workspaceId, id: alone }) : undefined,
    });
    return matches ? onlyMatching(stream, (id) => matches({ workspaceId, id })) : stream;
  });
}

/** The rows that were named; all of the workspace when absent. */
function watchedIds(typename: string, { argument, ids }: Watch["only"]): string[] | undefined {
  if (!ids) return undefined;
  if (ids.length > most) {
    throw new BadUserInputError(`\`${argument}\` names ${ids.length}; at most ${most} can be watched by name.`);
  }
  return [...new Set(rowIds(typename, ids, ["filter", argument]))];
}
