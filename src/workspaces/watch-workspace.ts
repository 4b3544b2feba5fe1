import type { Context, Viewer } from "../graphql/context.ts";
import { openEventStream, type StreamedEvent } from "../graphql/event-stream.ts";
import { rowIds } from "../graphql/ids.ts";
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
}

/** Which rows a snapshot reads, as Prisma's `where` and `take`. */
export interface WatchedRows {
  /** Without `id` all of the workspace are meant. */
  readonly where: { readonly workspaceId: string; readonly id?: { readonly in: string[] } };
  readonly take: number;
}

/**
 * Opens the stream of a workspace's changes, which fails once the viewer is no longer a member. Rejects with a `NotFoundError` for a workspace of others, a `ValidationError` for
 * wrong ids, a `BadUserInputError` for too many of them or a cursor that is none, a `ResyncRequiredError` for an old one.
 */
export async function watchWorkspace(
  { services, viewer }: Context & { readonly viewer: Viewer },
  { typename, topic, permission, workspaceId: asked, only, after, snapshot }: Watch,
): Promise<AsyncIterableIterator<StreamedEvent>> {
  const workspaceId = workspaceOf(viewer, asked);
  const membership = {
    workspaceId,
    require: () => requireMember(services.db, viewer, { workspaceId, permission }),
  };
  return whileMember(services, membership, () => {
    const { argument, ids } = only;
    if (ids && ids.length > most) {
      throw new BadUserInputError(`\`${argument}\` names ${ids.length}; at most ${most} can be watched by name.`);
    }
    const entityIds = ids ? rowIds(typename, ids, ["filter", argument]) : undefined;
    const where = { workspaceId, ...(entityIds && { id: { in: entityIds } }) };
    return openEventStream(services, {
      ...{ typename, after, filter: { workspaceIds: [workspaceId], topic, entityIds } },
      snapshot: async () => (await snapshot({ where, take: most })).map(({ id }) => id),
    });
  });
}
