/** Schedules and their dates are read. */
import { builder } from "../../graphql/builder.ts";
import { createdOrderEnum, createdOrders } from "../../graphql/created-order.ts";
import { rowId } from "../../graphql/ids.ts";
import { type KeysetOrder, keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ValidationError } from "../../infra/errors.ts";
import { OccurrenceStateEnum, PostingScheduleStateEnum } from "./enums.ts";
import { OccurrenceType } from "./occurrence.ts";
import { PostingScheduleType } from "./posting-schedule.ts";

builder.queryField("postingSchedule", (t) =>
  t.withAuth({ may: "posts:read" }).prismaField({
    type: PostingScheduleType,
    nullable: true,
    description: "One posting schedule by its id; null where there is none, or none that you can see.",
    args: { id: t.arg.id({ required: true, description: "The schedule's id." }) },
    resolve: (query, _root, { id }, { services, viewer }) =>
      services.db.postingSchedule.findFirst({
        ...query,
        where: { id: rowId("PostingSchedule", id, ["id"]), ...visibleTo(viewer) },
      }),
  }),
);

const PostingScheduleConnection = builder.connectionObject(
  { type: PostingScheduleType, name: "PostingScheduleConnection", description: "A page of posting schedules." },
  { name: "PostingScheduleEdge", description: "A posting schedule in its list." },
);

const PostingScheduleOrder = createdOrderEnum("PostingScheduleOrder", "posting schedules");

builder.queryField("postingSchedules", (t) =>
  t.connection(
    {
      type: PostingScheduleType,
      nullable: true,
      description: "The posting schedules of a workspace.",
      authScopes: { may: "posts:read" },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        states: t.arg({ type: [PostingScheduleStateEnum], description: "Only in one of these states." }),
        orderBy: t.arg({
          type: PostingScheduleOrder,
          required: true,
          defaultValue: "CREATED_DESC",
          description: "How they are ordered.",
        }),
      },
      resolve: (_root, { workspaceId, states, orderBy, ...args }, context, info) => {
        const { postingSchedule } = context.services.db;
        const viewer = requireViewer(context);
        const where = {
          ...{ workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer) },
          ...(states && { state: { in: states } }),
        };
        return keysetConnection(
          { order: createdOrders[orderBy], args },
          (page) =>
            postingSchedule.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => postingSchedule.count({ where, take }),
        );
      },
    },
    PostingScheduleConnection,
  ),
);

/** The longest range of dates, in days. */
const longestRange = 400;

const byTime = { field: "at", direction: "asc" } as const satisfies KeysetOrder<"at">;

const OccurrenceConnection = builder.connectionObject(
  { type: OccurrenceType, name: "OccurrenceConnection", description: "A page of occurrences." },
  { name: "OccurrenceEdge", description: "An occurrence in its list." },
);

const OccurrenceFilter = builder.inputType("OccurrenceFilter", {
  description: "Which occurrences; all conditions hold together.",
  fields: (t) => ({
    from: t.field({ type: "DateTime", description: "At this moment or later." }),
    before: t.field({
      type: "DateTime",
      description: `Before this moment; with \`from\`, at most ${longestRange} days later.`,
    }),
    states: t.field({ type: [OccurrenceStateEnum], description: "Only in one of these states." }),
    postingScheduleId: t.id({ description: "Only of this schedule." }),
  }),
});

/** A range of dates as conditions. Throws a `ValidationError` for one that is none, or too long. */
function within(from: Date | null | undefined, before: Date | null | undefined) {
  const refuse = (code: string, message: string) => {
    throw new ValidationError([{ path: ["filter", "before"], code, message }]);
  };
  if (from && before && before <= from) {
    refuse("INVALID_RANGE", `${before.toISOString()} is not later than ${from.toISOString()}.`);
  }
  if (from && before && before.getTime() - from.getTime() > longestRange * 24 * 60 * 60_000) {
    refuse("TOO_LONG", `The range is longer than ${longestRange} days. Ask for a shorter one.`);
  }
  return { at: { ...(from && { gte: from }), ...(before && { lt: before }) } };
}

builder.queryField("occurrences", (t) =>
  t.connection(
    {
      type: OccurrenceType,
      nullable: true,
      description: "The dates of a workspace's posting schedules, in order of time.",
      authScopes: { may: "posts:read" },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        filter: t.arg({ type: OccurrenceFilter, description: "Which ones; all of them by default." }),
      },
      resolve: (_root, { workspaceId, filter, ...args }, context, info) => {
        const { occurrence } = context.services.db;
        const viewer = requireViewer(context);
        const { from, before, states, postingScheduleId } = filter ?? {};
        const where = {
          ...{ workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer), ...within(from, before) },
          ...(states && { state: { in: states } }),
          ...(postingScheduleId && {
            scheduleId: rowId("PostingSchedule", postingScheduleId, ["filter", "postingScheduleId"]),
          }),
        };
        return keysetConnection(
          { order: byTime, args },
          (page) =>
            occurrence.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => occurrence.count({ where, take }),
        );
      },
    },
    OccurrenceConnection,
  ),
);
