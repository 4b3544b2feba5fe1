import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import { type KeysetOrder, keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { FailureClassEnum, ImageFailureType, readFailure } from "./generation.ts";
import { CostType } from "./money.ts";

const GenerationOutcomeEnum = builder.enumType("GenerationOutcome", {
  description: "How a call to a provider ended.",
  values: {
    RUNNING: { description: "It goes on." },
    SUCCEEDED: { description: "It brought a picture." },
    FAILED: { description: "It brought none; see `failure`." },
    CANCELLED: { description: "It was stopped." },
    LOST: { description: "The process that waited for it died; another one took over." },
  } as const,
});

const CostStateEnum = builder.enumType("CostState", {
  description: "What is known of the cost of a call.",
  values: {
    RESERVED: { description: "It runs; nothing is known yet." },
    NONE: { description: "It certainly cost nothing." },
    REPORTED: { description: "The provider said what it cost." },
    UNKNOWN: { description: "It may have been charged; `cost` is our estimate, where there is one." },
  } as const,
});

const GenerationAttemptType = builder.prismaNode("GenerationAttempt", {
  nullable: true,
  id: { field: "id", description: "The attempt's id." },
  description: "One call to an image provider.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    number: t.exposeInt("number", { description: "Rises with every attempt at the same picture." }),
    image: t.relation("image", { description: "The picture that it was to make." }),
    provider: t.exposeString("provider", { description: "Name of the image provider." }),
    model: t.exposeString("model", { description: "The provider's model." }),
    remoteId: t.exposeString("remoteId", { nullable: true, description: "The provider's own name for the call." }),
    startedAt: t.expose("startedAt", { type: "DateTime", description: "When it began." }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true, description: "When it ended." }),
    outcome: t.expose("outcome", { type: GenerationOutcomeEnum, description: "How it ended." }),
    failure: t.field({
      type: ImageFailureType,
      nullable: true,
      description: "Why it brought no picture, or what a cancelled call may cost; null without a failure.",
      select: { failureClass: true, failureMessage: true },
      resolve: (attempt) => readFailure(attempt),
    }),
    costState: t.expose("costState", { type: CostStateEnum, description: "What is known of its cost." }),
    cost: t.field({
      type: CostType,
      nullable: true,
      description: "What it cost; null where that is not known, or nothing.",
      select: { cost: true, currency: true, costState: true },
      resolve: ({ cost, currency, costState }) =>
        cost === null || currency === null ? null : { micros: cost, currency, reported: costState === "REPORTED" },
    }),
  }),
});

const GenerationHistoryFilter = builder.inputType("GenerationHistoryFilter", {
  description: "Which attempts; all conditions hold together.",
  fields: (t) => ({
    imageId: t.id({ description: "Only at this picture." }),
    provider: t.stringList({ description: "Only at one of these providers." }),
    outcome: t.field({ type: [GenerationOutcomeEnum], description: "Only with one of these outcomes." }),
    failureClass: t.field({ type: [FailureClassEnum], description: "Only with one of these failure classes." }),
    startedFrom: t.field({ type: "DateTime", description: "Begun at this moment or later." }),
    startedBefore: t.field({ type: "DateTime", description: "Begun before this moment." }),
  }),
});

const newestFirst = { field: "startedAt", direction: "desc" } as const satisfies KeysetOrder<"startedAt">;

const GenerationAttemptConnection = builder.connectionObject(
  { type: GenerationAttemptType, name: "GenerationAttemptConnection", description: "A page of attempts." },
  { name: "GenerationAttemptEdge", description: "An attempt in its list." },
);

builder.queryField("generationHistory", (t) =>
  t.connection(
    {
      type: GenerationAttemptType,
      nullable: true,
      description: "Every call to an image provider for a workspace, the newest first.",
      authScopes: { may: "images:read" },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        filter: t.arg({ type: GenerationHistoryFilter, description: "Which attempts; all of them by default." }),
      },
      resolve: (_root, { workspaceId, filter, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const where = { workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer), ...conditions(filter) };
        return keysetConnection(
          { order: newestFirst, args },
          (page) =>
            db.generationAttempt.findMany({
              ...nodeSelection(context, info),
              ...page,
              where: { AND: [where, page.where] },
            }),
          (take) => db.generationAttempt.count({ where, take }),
        );
      },
    },
    GenerationAttemptConnection,
  ),
);

function conditions(filter: typeof GenerationHistoryFilter.$inferInput | null | undefined) {
  const { imageId, provider, outcome, failureClass, startedFrom, startedBefore } = filter ?? {};
  return {
    ...(imageId && { imageId: rowId("Image", imageId, ["filter", "imageId"]) }),
    ...(provider && { provider: { in: provider } }),
    ...(outcome && { outcome: { in: outcome } }),
    ...(failureClass && { failureClass: { in: failureClass } }),
    ...((startedFrom || startedBefore) && {
      startedAt: { ...(startedFrom && { gte: startedFrom }), ...(startedBefore && { lt: startedBefore }) },
    }),
  };
}
