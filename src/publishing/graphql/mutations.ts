/** What a person can decide about one target. */
import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
} from "../../infra/errors.ts";
import { ImageNotApprovedError, PostNotApprovedError } from "../../posts/errors.ts";
import { republishTarget } from "../republish-target.ts";
import { resolveUnknownTarget } from "../resolve-unknown-target.ts";
import { retryTarget } from "../retry-target.ts";

const idempotencyKeyText =
  "Your own key for this request: repeated with the same key and input, it changes nothing and answers the first result again.";

/** The field of a success that carries the target it changed. */
const changedTarget = builder.interfaceRef<{ readonly targetId: string }>("ChangedTarget").implement({
  description: "Carries the target it changed.",
  fields: (t) => ({
    target: t.prismaField({
      type: "PostTarget",
      description: "The target, as it is now.",
      resolve: (query, { targetId }, _args, { services }) =>
        services.db.postTarget.findUniqueOrThrow({ ...query, where: { id: targetId } }),
    }),
  }),
});

const success = (name: string, description: string) =>
  builder
    .objectRef<{ targetId: string }>(name)
    .implement({ description, interfaces: [changedTarget], isTypeOf: () => true });

const errors = [ValidationError, NotFoundError, ForbiddenError, ConflictError, IdempotencyKeyReusedError];

const RetryTargetInput = builder.inputType("RetryTargetInput", {
  description: "A target to try again.",
  fields: (t) => ({
    targetId: t.id({ required: true, description: "The target." }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("retryTarget", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: success("RetryTargetSuccess", "The target is on its way; watch its post with `postChanged`."),
    nullable: true,
    description:
      "Tries a target again, at once, after it failed or was missed. Only where it is certain that nothing is out; everything else is refused with the reason.",
    args: { input: t.arg({ type: RetryTargetInput, required: true, description: "The target." }) },
    errors: { types: [...errors, ImageNotApprovedError, PostNotApprovedError] },
    resolve: (_root, { input }, { services, viewer }) =>
      retryTarget(services, viewer, { ...input, targetId: rowId("PostTarget", input.targetId, ["targetId"]) }),
  }),
);

const UnknownTargetOutcome = builder.enumType("UnknownTargetOutcome", {
  description: "What somebody found who looked.",
  values: {
    PUBLISHED: { description: "It is out." },
    NOT_PUBLISHED: { description: "It is not out." },
  } as const,
});

const ResolveUnknownTargetInput = builder.inputType("ResolveUnknownTargetInput", {
  description: "How an unclear send ended, by somebody who looked at the platform.",
  fields: (t) => ({
    targetId: t.id({ required: true, description: "A target that is UNKNOWN." }),
    outcome: t.field({ type: UnknownTargetOutcome, required: true, description: "What you found." }),
    url: t.string({ description: "The published post's own link; needed for PUBLISHED, and only there." }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("resolveUnknownTarget", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: success("ResolveUnknownTargetSuccess", "Your word is taken, and kept with the attempt."),
    nullable: true,
    description:
      "Says how a send ended that the platform could not tell: PUBLISHED with its link, or NOT_PUBLISHED, after which `retryTarget` is safe.",
    args: { input: t.arg({ type: ResolveUnknownTargetInput, required: true, description: "What you found." }) },
    errors: { types: errors },
    resolve: (_root, { input }, { services, viewer }) =>
      resolveUnknownTarget(services, viewer, { ...input, targetId: rowId("PostTarget", input.targetId, ["targetId"]) }),
  }),
);

const RepublishTargetInput = builder.inputType("RepublishTargetInput", {
  description: "A published target to publish once more.",
  fields: (t) => ({
    targetId: t.id({ required: true, description: "A target that is PUBLISHED." }),
    confirmSecondPost: t.boolean({
      required: true,
      description: "That a second public post is wanted beside the first; pass true.",
    }),
    idempotencyKey: t.string({ description: idempotencyKeyText }),
  }),
});

builder.mutationField("republishTarget", (t) =>
  t.withAuth({ may: "posts:publish" }).field({
    type: success("RepublishTargetSuccess", "A second post is on its way; watch it with `postChanged`."),
    nullable: true,
    description:
      "Publishes a target once more, at once: a second post beside the first one, which stays where it is. `attempts` remembers the first.",
    args: { input: t.arg({ type: RepublishTargetInput, required: true, description: "The target." }) },
    errors: { types: [...errors, ImageNotApprovedError, PostNotApprovedError] },
    resolve: (_root, { input }, { services, viewer }) =>
      republishTarget(services, viewer, { ...input, targetId: rowId("PostTarget", input.targetId, ["targetId"]) }),
  }),
);
