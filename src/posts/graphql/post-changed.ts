import { builder } from "../../graphql/builder.ts";
import { ChangedEvent } from "../../graphql/changed-event.ts";
import type { Context, Viewer } from "../../graphql/context.ts";
import { openEventStream, type StreamedEvent } from "../../graphql/event-stream.ts";
import { rowIds } from "../../graphql/ids.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { requireMember } from "../../workspaces/require-member.ts";
import { postTopic } from "../target-status.ts";

/** Most posts shown first. */
const snapshotSize = 100;

const PostChangedFilter = builder.inputType("PostChangedFilter", {
  description: "Which posts to watch.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    postIds: t.idList({ description: "Only these; at most 100. Default: all of the workspace." }),
  }),
});

const PostChangedEvent = builder.objectRef<StreamedEvent>("PostChangedEvent").implement({
  description: "A post changed.",
  interfaces: [ChangedEvent],
  isTypeOf: () => true,
  fields: (t) => ({
    post: t.prismaField({
      type: "Post",
      nullable: true,
      description: "The post as it is now; null when it is gone or you can no longer see it.",
      resolve: (query, { entityId }, _args, { services, viewer }) =>
        services.db.post.findFirst({
          ...query,
          where: { id: entityId, workspace: { members: { some: { userId: viewer?.userId ?? "" } } } },
        }),
    }),
  }),
});

builder.subscriptionField("postChanged", (t) =>
  t.withAuth({ signedIn: true }).field({
    type: PostChangedEvent,
    description:
      "Posts as they change: the current state first (of the named posts, or of all that are scheduled or on their way), then every change.",
    args: {
      filter: t.arg({
        type: PostChangedFilter,
        description: "Which posts; all of your personal workspace by default.",
      }),
      after: t.arg({
        type: "Cursor",
        description: "Resume behind this event: everything missed once and in order, then live.",
      }),
    },
    subscribe: (_root, { filter, after }, context) => watchPosts(context, filter, after),
    resolve: (event) => event,
  }),
);

async function watchPosts(
  { services, viewer }: Context & { viewer: Viewer },
  filter: typeof PostChangedFilter.$inferInput | null | undefined,
  after: string | null | undefined,
) {
  const workspaceId = workspaceOf(viewer, filter?.workspaceId);
  await requireMember(services.db, { userId: viewer.userId, workspaceId, permission: "workspace:read" });
  const entityIds = filter?.postIds
    ? rowIds("Post", filter.postIds.slice(0, snapshotSize), ["filter", "postIds"])
    : undefined;
  const snapshot = async () => {
    const moving = {
      targets: { some: { status: { in: ["SCHEDULED" as const, "PUBLISHING" as const, "SUBMITTED" as const] } } },
    };
    const where = { workspaceId, ...(entityIds === undefined ? moving : { id: { in: entityIds } }) };
    const posts = await services.db.post.findMany({
      where,
      select: { id: true },
      orderBy: { createdAt: "desc" },
      take: snapshotSize,
    });
    return posts.map((post) => post.id);
  };
  return openEventStream(services, {
    typename: "Post",
    filter: { workspaceIds: [workspaceId], topic: postTopic, entityIds },
    after,
    snapshot,
  });
}
