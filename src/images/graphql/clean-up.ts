import type { Image } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { type KeysetOrder, keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { type CleanUp, cleanUpImages } from "../clean-up/clean-up-images.ts";
import type { KeepReason } from "../clean-up/kept-because.ts";
import { judgeImages, keptCounts } from "../clean-up/plan-clean-up.ts";
import { ImageType } from "./image.ts";

const KeepReasonEnum = builder.enumType("KeepReason", {
  description: "Why a clean-up keeps a picture.",
  values: {
    IN_PROGRESS: { description: "It is being made." },
    YOUNG: { description: "It is younger than what is cleaned up." },
    FAVOURITE: { description: "It is a favourite." },
    RATED: { description: "It is rated 4 or 5." },
    APPROVED: { description: "It is approved." },
    ARCHIVED: { description: "Somebody archived it." },
    TAGGED_KEEP: { description: "It has the tag `keep`." },
    USED_IN_POST: { description: "A post shows it." },
    STYLE_PREVIEW: { description: "It shows what a style does." },
  } as const,
});

const KeptCount = builder.objectRef<{ reason: KeepReason; images: number }>("KeptCount").implement({
  description: "How many pictures a reason keeps.",
  fields: (t) => ({
    reason: t.expose("reason", { type: KeepReasonEnum, description: "The reason." }),
    images: t.exposeInt("images", { description: "Pictures; one that several reasons keep counts under each." }),
  }),
});

const CleanUpRunType = builder.prismaNode("CleanUpRun", {
  nullable: true,
  id: { field: "id", description: "The receipt's id." },
  description: "The receipt of a clean-up.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime", description: "When it ran." }),
    isAutomatic: t.boolean({
      description: "Whether it ran by the workspace's retention rather than because somebody asked.",
      select: { userId: true },
      resolve: ({ userId }) => userId === null,
    }),
    removed: t.exposeInt("removed", { description: "Pictures that it put into the trash." }),
    kept: t.exposeInt("kept", { description: "Pictures that stayed." }),
    bytes: t.float({
      description: "Size of the originals that went, a whole number.",
      select: { bytes: true },
      resolve: ({ bytes }) => Number(bytes),
    }),
    keptBecause: t.field({
      type: [KeptCount],
      description: "Why they stayed.",
      select: { details: true },
      resolve: ({ details }) => keptCounts(details),
    }),
  }),
});

const latestFirst = { field: "at", direction: "desc" } as const satisfies KeysetOrder<"at">;

const CleanUpRunConnection = builder.connectionObject(
  { type: CleanUpRunType, name: "CleanUpRunConnection", description: "A page of receipts." },
  { name: "CleanUpRunEdge", description: "A receipt in its list." },
);

builder.queryField("cleanUpRuns", (t) =>
  t.connection(
    {
      type: CleanUpRunType,
      nullable: true,
      description: "The receipts of a workspace's clean-ups, the newest first.",
      authScopes: { may: "images:read" },
      args: { workspaceId: t.arg.id({ description: "Default: your personal workspace." }) },
      resolve: (_root, { workspaceId, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const where = { workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer) };
        return keysetConnection(
          { order: latestFirst, args },
          (page) =>
            db.cleanUpRun.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.cleanUpRun.count({ where, take }),
        );
      },
    },
    CleanUpRunConnection,
  ),
);

interface Judged {
  readonly id: string;
  readonly createdAt: Date;
  readonly image: Image;
  readonly reasons: readonly KeepReason[];
}

const CleanUpJudgement = builder.objectRef<Judged>("CleanUpJudgement").implement({
  description: "What a clean-up does with one picture.",
  fields: (t) => ({
    image: t.field({ type: ImageType, description: "The picture.", resolve: ({ image }) => image }),
    goes: t.boolean({ description: "Whether it goes.", resolve: ({ reasons }) => reasons.length === 0 }),
    keptBecause: t.field({
      type: [KeepReasonEnum],
      description: "Every reason for which it stays; none where it goes.",
      resolve: ({ reasons }) => [...reasons],
    }),
  }),
});

const CleanUpJudgementConnection = builder.connectionObject(
  { type: CleanUpJudgement, name: "CleanUpJudgementConnection", description: "A page of judgements." },
  { name: "CleanUpJudgementEdge", description: "A judgement in its list." },
);

const CleanUpImagesSuccess = builder.objectRef<CleanUp>("CleanUpImagesSuccess").implement({
  description: "What the clean-up did, or, after a dry run, what it would do.",
  isTypeOf: () => true,
  fields: (t) => ({
    removed: t.int({
      description: "Pictures that went into the trash, or would.",
      resolve: ({ summary }) => summary.goes,
    }),
    kept: t.int({ description: "Pictures that stay.", resolve: ({ summary }) => summary.kept }),
    bytes: t.float({
      description: "Size of the originals that go, a whole number.",
      resolve: ({ summary }) => Number(summary.bytes),
    }),
    keptBecause: t.field({
      type: [KeptCount],
      description: "Why the others stay.",
      resolve: ({ summary }) => keptCounts(summary),
    }),
    run: t.prismaField({
      type: "CleanUpRun",
      nullable: true,
      description: "The receipt; null after a dry run.",
      resolve: (query, { runId }, _args, { services }) =>
        runId === null ? null : services.db.cleanUpRun.findUnique({ ...query, where: { id: runId } }),
    }),
    judgements: t.connection(
      {
        type: CleanUpJudgement,
        description: "Every picture outside the trash, the oldest first: whether it goes, and why it stays.",
        resolve: ({ scope }, args, context, info) => {
          const { db } = context.services;
          const where = { workspaceId: scope.workspaceId, trashedAt: null };
          return keysetConnection(
            { order: createdOrders.CREATED_ASC, args },
            async (page) => {
              const selection = nodeSelection(context, info, ["image"]);
              const images = await db.image.findMany({ ...selection, ...page, where: { AND: [where, page.where] } });
              const ids = images.map(({ id }) => id);
              const reasons = await judgeImages(db, scope, ids);
              return images.map((image) => ({
                ...{ id: image.id, createdAt: image.createdAt, image, reasons: reasons.get(image.id) ?? [] },
              }));
            },
            (take) => db.image.count({ where, take }),
          );
        },
      },
      CleanUpJudgementConnection,
    ),
  }),
});

const CleanUpImagesInput = builder.inputType("CleanUpImagesInput", {
  description: "What to clean up.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose pictures. Default: your personal workspace." }),
    dryRun: t.boolean({
      required: true,
      defaultValue: true,
      description: "Whether only to say what would happen. Pass false to clean up.",
    }),
    olderThanDays: t.int({
      description:
        "Pictures asked for so many days ago, or longer, may go. Default: the workspace's `imageRetentionDays`.",
    }),
  }),
});

builder.mutationField("cleanUpImages", (t) =>
  t.withAuth({ may: "workspace:admin" }).field({
    type: CleanUpImagesSuccess,
    nullable: true,
    description:
      "Puts old pictures that nobody kept into the trash, from where `restoreImages` brings them back for thirty days.",
    args: { input: t.arg({ type: CleanUpImagesInput, required: true, description: "What to clean up." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input: { workspaceId, ...rest } }, { services, viewer }) =>
      cleanUpImages(services, viewer, { ...rest, workspaceId: workspaceOf(viewer, workspaceId) }),
  }),
);
