import { builder } from "../../graphql/builder.ts";
import { DateTimeRange } from "../../graphql/date-time-range.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { type ImageFigures, imageStatistics } from "../image-statistics.ts";
import { CostType } from "./money.ts";

const ImageGroupingEnum = builder.enumType("ImageGrouping", {
  description: "By what pictures are grouped.",
  values: {
    NONE: { description: "All in one group, `ALL`." },
    STATUS: { description: "Where the generation stands." },
    REVIEW: { description: "What people decided." },
    ORIGIN: { description: "How they came here: generated, uploaded, imported." },
    PROVIDER: { description: "The image provider." },
    MODEL: { description: "Provider and model, as `provider/model`." },
    STYLE: { description: "The style they were made in, whatever its version." },
    TAG: { description: "Their tags; a picture with several counts in each of them." },
    DAY: { description: "The day on which they were asked for, as `2026-11-25`, the oldest first." },
  } as const,
});

const ImageStatisticsType = builder.objectRef<ImageFigures>("ImageStatistics").implement({
  description: "Figures of a group of pictures.",
  fields: (t) => ({
    key: t.exposeString("key", {
      nullable: true,
      description: "The group; null for pictures that have none, such as no tag.",
    }),
    images: t.exposeInt("images", { description: "Pictures asked for." }),
    generated: t.exposeInt("generated", { description: "Of these, pictures that are there." }),
    failed: t.exposeInt("failed", { description: "Of these, pictures that could not be made." }),
    cancelled: t.exposeInt("cancelled", { description: "Of these, pictures that were cancelled." }),
    unfinished: t.exposeInt("unfinished", { description: "Of these, pictures that wait or are being made." }),
    approved: t.exposeInt("approved", { description: "Of these, approved ones." }),
    rejected: t.exposeInt("rejected", { description: "Of these, rejected ones." }),
    successRate: t.float({
      nullable: true,
      description: "Generated ones among those that succeeded or failed, 0 to 1; null while there are none.",
      resolve: ({ generated, failed }) => (generated + failed === 0 ? null : generated / (generated + failed)),
    }),
    medianSeconds: t.exposeFloat("medianSeconds", {
      nullable: true,
      description: "How long half of the successful attempts took at most; null while there are none.",
    }),
    p95Seconds: t.exposeFloat("p95Seconds", {
      nullable: true,
      description: "How long 95 % of the successful attempts took at most; null while there are none.",
    }),
    costs: t.field({
      type: [CostType],
      description: "What all attempts cost, failed ones too, for each currency; unknown costs are not in it.",
      resolve: ({ costs }) => [...costs],
    }),
  }),
});

builder.queryField("imageStatistics", (t) =>
  t.withAuth({ may: "images:read" }).field({
    type: [ImageStatisticsType],
    nullable: true,
    description:
      "Figures over the pictures asked for within a range of at most 366 days, the trash excepted. The largest groups first, at most 400.",
    args: {
      workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
      range: t.arg({ type: DateTimeRange, required: true, description: "Pictures asked for within it." }),
      groupBy: t.arg({
        type: ImageGroupingEnum,
        required: true,
        defaultValue: "NONE",
        description: "By what they are grouped.",
      }),
      timeZone: t.arg.string({ description: "IANA time zone of the days. Default: the workspace's." }),
    },
    resolve: (_root, { workspaceId, range, groupBy, timeZone }, { services, viewer }) =>
      imageStatistics(services, viewer, {
        ...{ workspaceId: workspaceOf(viewer, workspaceId), groupBy, timeZone: timeZone ?? null },
        ...range,
      }),
  }),
);
