import { builder } from "../../graphql/builder.ts";
import { usually } from "../../graphql/usual-length.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import type { PostStatus } from "../post-status.ts";
import { postStatus } from "../post-status.ts";
import { usualPictures, usualTargets } from "../usual-post.ts";

const targetStates = {
  DRAFT: { description: "Not scheduled." },
  AWAITING_APPROVAL: { description: "Waits for somebody's approval." },
  AWAITING_IMAGES: {
    description: "Holds its time, and is scheduled once the pictures that are made for it are approved.",
  },
  SCHEDULED: { description: "Goes out at `scheduledAt`." },
  PUBLISHING: { description: "Is being sent." },
  SUBMITTED: { description: "The platform accepted it and works on it." },
  UNKNOWN: { description: "It may be out; the platform could not tell. A person decides." },
  PUBLISHED: { description: "Is out; see `permalink`." },
  FAILED: { description: "Is not out; see `failure`." },
  MISSED: { description: "Came due too late to go out by itself. Schedule it again or let it be." },
  CANCELLED: { description: "Was cancelled." },
} as const;

/** Where one target of a post stands. */
export const PostTargetStatusEnum = builder.enumType("PostTargetStatus", {
  description: "Where one target of a post stands.",
  values: targetStates,
});

/** The enum of {@link PostStatus}. */
export const PostStatusEnum = builder.enumType("PostStatus", {
  description: "Where a post stands, read off its targets.",
  values: {
    ...targetStates,
    PARTIALLY_PUBLISHED: { description: "Some targets are out, the others never will be by themselves." },
  } satisfies {
    [status in PostStatus]: { description: string };
  },
});

/** What of a slot is still to come. */
const waitsInQueue: readonly string[] = ["SCHEDULED", "AWAITING_IMAGES", "AWAITING_APPROVAL"];

const PublishFailure = builder
  .objectRef<{ code: string; message: string; retryable: boolean }>("PublishFailure")
  .implement({
    description: "What went wrong with a target: why it is not out, or is no longer to be seen.",
    fields: (t) => ({
      code: t.exposeString("code", { description: "For programs." }),
      message: t.exposeString("message", { description: "What happened and what to do." }),
      retryable: t.exposeBoolean("retryable", { description: "Whether scheduling it again, unchanged, may help." }),
    }),
  });

const PostImageType = builder.prismaObject("PostImage", {
  description: "A picture in a post.",
  fields: (t) => ({
    image: t.relation("image", { description: "The picture." }),
    altText: t.string({
      nullable: true,
      description: "What the picture shows: the post's own text, or the image's.",
      select: { altText: true, image: { select: { altText: true } } },
      resolve: ({ altText, image }) => altText ?? image.altText,
    }),
  }),
});

const PostTargetType = builder.prismaNode("PostTarget", {
  nullable: true,
  id: { field: "id", description: "The target's id." },
  description: "One post on one social account.",
  findUnique: (id, { viewer }) => ({
    id,
    post: visibleTo(viewer),
  }),
  authScopes: { may: "posts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    socialAccount: t.relation("socialAccount", { description: "Where it goes." }),
    status: t.expose("status", { type: PostTargetStatusEnum, description: "Where it stands." }),
    caption: t.string({
      description: "The text it sends: its own, or the post's.",
      select: { caption: true, post: { select: { caption: true } } },
      resolve: ({ caption, post }) => caption ?? post.caption,
    }),
    plannedAt: t.expose("plannedAt", {
      type: "DateTime",
      nullable: true,
      description: "Its own time, where it has one; used when the post is scheduled at a time.",
    }),
    scheduledAt: t.expose("scheduledAt", { type: "DateTime", nullable: true, description: "When it shall go out." }),
    localTime: t.exposeString("localTime", {
      nullable: true,
      description:
        "What stands on the clocks of `timeZone` then, `2026-03-29T09:00:00`; null where an instant was named.",
    }),
    timeZone: t.exposeString("timeZone", { nullable: true, description: "The IANA zone of `localTime`." }),
    isQueued: t.boolean({
      description: "Whether it waits in its account's queue, in a slot.",
      select: { inQueue: true, status: true },
      resolve: ({ inQueue, status }) => inQueue && waitsInQueue.includes(status),
    }),
    publishedAt: t.expose("publishedAt", { type: "DateTime", nullable: true, description: "When it was out." }),
    externalId: t.exposeString("externalId", {
      nullable: true,
      description: "The platform's id of the published post.",
    }),
    permalink: t.exposeString("permalink", { nullable: true, description: "Where the published post can be seen." }),
    failure: t.field({
      type: PublishFailure,
      nullable: true,
      description: "Why it is not out, or, where it is PUBLISHED, no longer to be seen; null where nothing went wrong.",
      select: { failureCode: true, failureMessage: true, failureRetryable: true },
      resolve: ({ failureCode, failureMessage, failureRetryable }) =>
        failureCode === null
          ? null
          : { code: failureCode, message: failureMessage ?? "", retryable: failureRetryable ?? false },
    }),
  }),
});

/** The Post type. */
export const PostType = builder.prismaNode("Post", {
  nullable: true,
  id: { field: "id", description: "The post's id." },
  description: "A caption with pictures, for one or more social accounts.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "posts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    caption: t.exposeString("caption", { description: "The text; a target may have its own." }),
    status: t.field({
      type: PostStatusEnum,
      description: "Where it stands, read off its targets.",
      // Ordered like `targets` below: two ways to read one relation would cost a statement for each post.
      select: { targets: { orderBy: { position: "asc" }, select: { status: true } } },
      resolve: ({ targets }) => postStatus(targets.map((target) => target.status)),
    }),
    scheduledAt: t.expose("scheduledAt", {
      type: "DateTime",
      nullable: true,
      description: "When it goes or went out: the earliest time of its targets.",
    }),
    version: t.exposeInt("version", { description: "Rises with every edit; pass it as `expectedVersion`." }),
    images: t.relation("images", {
      ...usually(usualPictures),
      type: PostImageType,
      description: "The pictures, in order.",
      query: { orderBy: { position: "asc" } },
    }),
    targets: t.relation("targets", {
      ...usually(usualTargets),
      type: PostTargetType,
      description: "Where it goes, in order.",
      query: { orderBy: { position: "asc" } },
    }),
    author: t.relation("author", { nullable: true, description: "Who wrote it; null when their account is gone." }),
    workspace: t.relation("workspace", { description: "Whose it is." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was written." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When its text or pictures last changed." }),
  }),
});
