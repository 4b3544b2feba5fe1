/** The one table of what people are told, who is, and how urgent it is. */
import type { NotificationChannel, NotificationKind } from "../generated/prisma/enums.ts";
import type { Permission } from "../graphql/permissions.ts";

/** What a kind of notice is about. */
export type Subject = "image" | "post" | "account" | "invitation" | "webhook" | "occurrence";

/** Who is told of a kind, and how. Nobody is told of what they did themselves. */
export interface KindRule {
  readonly description: string;
  readonly subject: Subject;
  /** Whether whoever made the picture or wrote the post is told. */
  readonly maker: boolean;
  /** Whoever's role has this permission is told as well. */
  readonly mayDo: Permission | null;
  /** Who lost this permission is told no more; null: it needs no membership. */
  readonly reads: Permission | null;
  /** Mailed at once, outside the person's quiet hours, instead of in their digest. */
  readonly critical: boolean;
  /** Where it is told to whoever chose nothing. */
  readonly channels: readonly NotificationChannel[];
}

const everywhere = ["IN_APP", "EMAIL"] as const;
const image = { subject: "image", mayDo: null, reads: "images:read", critical: false } as const;
const trouble = { subject: "post", maker: true, mayDo: "posts:publish", reads: "posts:read", critical: true } as const;

const occurrence = { subject: "occurrence", maker: true, reads: "posts:read" } as const;

/** Every kind. */
export const kindRules = {
  IMAGE_READY: {
    ...{ ...image, maker: true, channels: ["IN_APP"] },
    description: "Pictures that you asked for are there.",
  },
  IMAGE_FAILED: {
    ...{ ...image, maker: true, channels: ["IN_APP"] },
    description: "Pictures that you asked for could not be made.",
  },
  IMAGE_AWAITING_REVIEW: {
    ...{ ...image, maker: false, mayDo: "images:review", channels: everywhere },
    description: "Pictures that others made wait for your review.",
  },
  IMAGE_REVIEWED: {
    ...{ ...image, maker: true, channels: everywhere },
    description: "Somebody approved or rejected your pictures.",
  },
  POST_PUBLISHED: {
    ...{ ...trouble, mayDo: null, critical: false, channels: everywhere },
    description: "Your post is out.",
  },
  POST_FAILED: { ...trouble, channels: everywhere, description: "A post could not be published." },
  POST_UNKNOWN: {
    ...{ ...trouble, channels: everywhere },
    description: "Nobody knows whether a post is out: look at the platform, then decide.",
  },
  POST_MISSED: { ...trouble, channels: everywhere, description: "A post was too late to go out by itself." },
  POST_AT_RISK: {
    ...{ ...trouble, channels: everywhere },
    description: "A scheduled post will not go out as things stand.",
  },
  POST_AWAITING_APPROVAL: {
    ...{ ...trouble, maker: false, mayDo: "posts:review", critical: false, channels: everywhere },
    description: "A post waits for your approval.",
  },
  POST_REVIEWED: {
    ...{ ...trouble, mayDo: null, critical: false, channels: everywhere },
    description: "Somebody approved, rejected or held back your post.",
  },
  POST_COMMENTED: {
    ...{ ...trouble, mayDo: null, critical: false, channels: everywhere },
    description: "Somebody said something about your post.",
  },
  ACCOUNT_NEEDS_RECONNECT: {
    ...{ subject: "account", maker: false, mayDo: "social-accounts:write", reads: "social-accounts:read" },
    ...{ critical: true, channels: everywhere },
    description: "A platform no longer accepts what a social account was connected with.",
  },
  // The invitation itself is mailed as well.
  INVITATION: {
    ...{ subject: "invitation", maker: false, mayDo: null, reads: null, critical: false, channels: ["IN_APP"] },
    description: "You are invited into a workspace.",
  },
  WEBHOOK_PAUSED: {
    ...{ subject: "webhook", maker: false, mayDo: "workspace:admin", reads: "workspace:admin" },
    ...{ critical: true, channels: everywhere },
    description: "A webhook failed so often that nothing is sent to it any more.",
  },
  OCCURRENCE_AT_RISK: {
    ...{ ...occurrence, mayDo: "images:review", critical: false, channels: everywhere },
    description: "A date of a posting schedule still waits for its picture, and its deadline comes nearer.",
  },
  OCCURRENCE_NEEDS_DECISION: {
    ...{ ...occurrence, mayDo: "posts:publish", critical: true, channels: everywhere },
    description: "A date of a posting schedule goes nowhere unless somebody decides.",
  },
  OCCURRENCE_FALLBACK: {
    ...{ ...occurrence, mayDo: "posts:publish", critical: false, channels: everywhere },
    description: "A date of a posting schedule shows its fallback picture.",
  },
  OCCURRENCE_SKIPPED: {
    ...{ ...occurrence, mayDo: "posts:publish", critical: false, channels: everywhere },
    description: "A date of a posting schedule went by, or will go by, without a post.",
  },
} as const satisfies Record<NotificationKind, KindRule>;

/** The rule of a kind. */
export const ruleOf = (kind: NotificationKind): KindRule => kindRules[kind];

/** Every kind, in the order of the table. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `keys` forgets the names of the keys
export const allKinds = Object.keys(kindRules) as NotificationKind[];

/** What a webhook may be told of: what happens in a workspace, not what concerns one person or the webhook itself. */
export const webhookKinds = allKinds.filter((kind) => !["INVITATION", "WEBHOOK_PAUSED"].includes(kind));
