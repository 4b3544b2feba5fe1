/** What mutations of posts have in common. */
import { builder } from "../../graphql/builder.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { encodeGlobalId } from "../../graphql/ids.ts";
import {
  ConflictError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  NotFoundError,
  ValidationError,
  VersionConflictError,
} from "../../infra/errors.ts";
import { DuplicatePostError, ImageNotApprovedError, PostNotApprovedError, QueueFullError } from "../errors.ts";
import type { Schedule } from "../schedule-input.ts";

builder.objectType(ImageNotApprovedError, {
  name: "ImageNotApprovedError",
  description: "A picture of the post is not approved, so the post cannot be scheduled.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    imageIds: t.idList({
      description: "The pictures that are not approved.",
      resolve: (error) => error.imageIds.map((id) => encodeGlobalId("Image", id)),
    }),
  }),
});

builder.objectType(PostNotApprovedError, {
  name: "PostNotApprovedError",
  description: "Somebody has to approve the post before it goes out, so it cannot go out at once.",
  interfaces: [ErrorInterface],
});

builder.objectType(DuplicatePostError, {
  name: "DuplicatePostError",
  description:
    "An account had a post with the same text and pictures within 30 days, or has one planned. `allowDuplicate: true` goes on all the same.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    postIds: t.idList({
      description: "The posts that look the same.",
      resolve: (error) => error.postIds.map((id) => encodeGlobalId("Post", id)),
    }),
  }),
});

builder.objectType(QueueFullError, {
  name: "QueueFullError",
  description: "An account has no free slot in the next 60 days.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    socialAccountIds: t.idList({
      description: "The accounts whose slots are all taken.",
      resolve: (error) => error.socialAccountIds.map((id) => encodeGlobalId("SocialAccount", id)),
    }),
  }),
});

/** What `allowDuplicate` is. */
export const allowDuplicateText =
  "Schedules it also where an account had a post with the same text and pictures within 30 days, or has one planned.";

const LocalTimeInput = builder.inputType("LocalTimeInput", {
  description: "What stands on the clocks of a zone.",
  fields: (t) => ({
    time: t.string({
      required: true,
      description:
        "Date and time, without offset: `2026-03-29T09:00`. One that the clocks skip is the first moment after; of one that they show twice, the first.",
    }),
    timeZone: t.string({ required: true, description: "IANA zone, such as `Europe/Berlin`." }),
  }),
});

/** When a post goes out. */
export const ScheduleInput = builder.inputType("ScheduleInput", {
  description: "When a post goes out: give exactly one.",
  isOneOf: true,
  fields: (t) => ({
    at: t.field({ type: "DateTime", description: "At this instant, in the future." }),
    local: t.field({
      type: LocalTimeInput,
      description:
        "At a local time in the future; it stays what stands on the clocks there, should their zone be changed by then.",
    }),
    now: t.boolean({ description: "At once; pass true." }),
    nextSlot: t.boolean({
      description: "In the next free slot of each of its accounts; pass true. See `SocialAccount.nextSlots`.",
    }),
  }),
});

/** What `expectedVersion` is. */
export const expectedVersionText = "The `version` you read: refused when somebody edited the post since.";
/** What `idempotencyKey` is. */
export const idempotencyKeyText =
  "Your own key for this request: repeated with the same key and input, it changes nothing and answers the first result again.";

/** The field of a success that carries the post it changed. */
const ChangedPost = builder.interfaceRef<{ readonly postId: string }>("ChangedPost").implement({
  description: "Carries the post it changed.",
  fields: (t) => ({
    post: t.prismaField({
      type: "Post",
      description: "The post, as it is now.",
      resolve: (query, { postId }, _args, { services }) =>
        services.db.post.findUniqueOrThrow({ ...query, where: { id: postId } }),
    }),
  }),
});

/** The success type of a mutation that changes one post. */
export const changedPost = (name: string, description: string) =>
  builder
    .objectRef<{ postId: string }>(name)
    .implement({ description, interfaces: [ChangedPost], isTypeOf: () => true });

/** Everything that keeps a post from being scheduled. */
export const schedulingErrors = [
  ...[ValidationError, NotFoundError, ForbiddenError, ConflictError],
  ...[ImageNotApprovedError, PostNotApprovedError, DuplicatePostError, QueueFullError],
  ...[VersionConflictError, IdempotencyKeyReusedError],
];

/** GraphQL lets exactly one of them through; a `false` would mean none, and is told so. */
export function chosenSchedule(schedule: typeof ScheduleInput.$inferInput): Schedule {
  if (schedule.at instanceof Date) return { at: schedule.at };
  if (schedule.local) return { local: schedule.local };
  if (schedule.now === true) return { now: true };
  if (schedule.nextSlot === true) return { nextSlot: true };
  const said = schedule.now === false ? "now" : "nextSlot";
  const message = `\`${said}: false\` says nothing. Pass \`now: true\`, \`at\`, \`local\`, or \`nextSlot: true\`.`;
  throw new ValidationError([{ path: ["schedule", said], code: "INVALID", message }]);
}
