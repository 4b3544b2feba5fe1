/** Figures over many posts. */
import { builder } from "../../graphql/builder.ts";
import { DateTimeRange } from "../../graphql/date-time-range.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { bestTimes, fewestSamples, type TimeFigures } from "../figures/best-times.ts";
import { type PostFigures, postStatistics } from "../figures/post-statistics.ts";
import { timeZoneText } from "./bucket.ts";
import { groupKeyOf, groupKeyText, groupLabelText, targetGroupingValues } from "./grouping.ts";
import { MetricEnum, MetricSumType } from "./metric.ts";

const PostGroupingEnum = builder.enumType("PostGrouping", {
  description: "By what targets are grouped.",
  values: {
    ...targetGroupingValues,
    STATUS: { description: "Where the target stands." },
    WEEKDAY: { description: "The weekday on which it was to go out, `1` for Monday to `7`." },
    HOUR: { description: "The hour at which it was to go out, `00` to `23`." },
    DAY: { description: "The day on which it was to go out, as `2026-11-25`, the oldest first." },
  } as const,
});

const PostStatisticsType = builder.objectRef<PostFigures>("PostStatistics").implement({
  description: "Figures of a group of targets: posts, each on one social account.",
  fields: (t) => ({
    key: t.exposeString("key", { nullable: true, description: groupKeyText }),
    label: t.exposeString("label", { nullable: true, description: groupLabelText }),
    posts: t.exposeInt("posts", { description: "Posts that were to go out." }),
    targets: t.exposeInt("targets", { description: "Their targets in this group." }),
    published: t.exposeInt("published", { description: "Of these, targets that are out." }),
    failed: t.exposeInt("failed", { description: "Of these, targets that failed." }),
    missed: t.exposeInt("missed", { description: "Of these, targets that came due too late to go out by themselves." }),
    unclear: t.exposeInt("unclear", { description: "Of these, targets of which nobody knows whether they are out." }),
    cancelled: t.exposeInt("cancelled", { description: "Of these, targets that were cancelled." }),
    waiting: t.exposeInt("waiting", { description: "Of these, targets that wait or are on their way." }),
    awaitingApproval: t.exposeInt("awaitingApproval", {
      description: "Of those that wait, targets whose post nobody has approved yet.",
    }),
    awaitingImages: t.exposeInt("awaitingImages", {
      description:
        "Of those that wait, targets that hold their time for pictures which are not there or not approved yet.",
    }),
    successRate: t.float({
      nullable: true,
      description:
        "Those that are out among those that ended, cancelled ones excepted, 0 to 1: what is still to come counts on neither side. Null while none ended.",
      resolve: ({ published, failed, missed, unclear }) => {
        const ended = published + failed + missed + unclear;
        return ended === 0 ? null : published / ended;
      },
    }),
    latenessMedian: t.exposeFloat("latenessMedian", {
      nullable: true,
      description: "Seconds from when it was to go out until it was out, for half of those that are out at most.",
    }),
    latenessP95: t.exposeFloat("latenessP95", {
      nullable: true,
      description: "The same for 95 % of them at most.",
    }),
    metrics: t.field({
      type: [MetricSumType],
      description: "What came of them, by metric, over those targets that have it.",
      resolve: ({ metrics }) => metrics,
    }),
  }),
});

builder.queryField("postStatistics", (t) =>
  t.withAuth({ may: "analytics:read" }).field({
    type: [PostStatisticsType],
    nullable: true,
    description:
      "Figures over what was to go out within a range of at most 366 days. The largest groups first, at most 400; days, weekdays and hours in their order.",
    args: {
      workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
      range: t.arg({ type: DateTimeRange, required: true, description: "Targets scheduled within it." }),
      groupBy: t.arg({
        ...{ type: PostGroupingEnum, required: true, defaultValue: "NONE" },
        description: "By what they are grouped. A target with pictures of several groups counts in each of them.",
      }),
      timeZone: t.arg.string({ description: "IANA time zone of days, weekdays and hours. Default: the workspace's." }),
    },
    resolve: async (_root, { workspaceId, range, groupBy, timeZone }, { services, viewer }) => {
      const request = { workspaceId: workspaceOf(viewer, workspaceId), range, groupBy, timeZone: timeZone ?? null };
      const figures = await postStatistics(services, viewer, request);
      return figures.map((each) => ({ ...each, key: groupKeyOf(groupBy, each.key) }));
    },
  }),
);

const TimeFiguresType = builder.objectRef<TimeFigures>("HourOfWeek").implement({
  description: "How posts did that went out in one hour of the week.",
  fields: (t) => ({
    weekday: t.exposeInt("weekday", { description: "1 is Monday, 7 is Sunday." }),
    hour: t.exposeInt("hour", { description: "0 to 23." }),
    samples: t.exposeInt("samples", { description: "How many targets that is of." }),
    mean: t.exposeFloat("mean", {
      nullable: true,
      description: `The metric's mean; null below ${fewestSamples} samples, which are no ground for a claim.`,
    }),
    median: t.exposeFloat("median", { nullable: true, description: "The metric's median; null where `mean` is." }),
  }),
});

builder.queryField("bestTimes", (t) =>
  t.withAuth({ may: "analytics:read" }).field({
    type: [TimeFiguresType],
    nullable: true,
    description:
      "A metric by the hour of the week in which posts went out, in order; hours in which none did are missing. Of targets that are out for a day at least and whose platform tells the metric.",
    args: {
      workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
      metric: t.arg({ type: MetricEnum, required: true, description: "By what they are judged." }),
      range: t.arg({
        type: DateTimeRange,
        required: true,
        description: "Targets published within it; at most 366 days.",
      }),
      timeZone: t.arg.string({ description: timeZoneText.replace("buckets", "hours") }),
    },
    resolve: (_root, { workspaceId, metric, range, timeZone }, { services, viewer }) =>
      bestTimes(services, viewer, {
        ...{ workspaceId: workspaceOf(viewer, workspaceId), metric, range, timeZone: timeZone ?? null },
      }),
  }),
);
