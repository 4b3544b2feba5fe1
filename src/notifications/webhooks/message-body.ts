import type { NotificationKind } from "../../generated/prisma/enums.ts";
import { encodeGlobalId } from "../../graphql/ids.ts";
import { ruleOf } from "../kinds.ts";

/** What a message tells. */
export interface MessageEvent {
  /** Null for a test. */
  readonly kind: NotificationKind | null;
  readonly entityId: string | null;
  readonly eventAt: Date;
  readonly workspaceId: string;
  readonly webhookId: string;
}

/** A kind as receivers read it: `image.awaiting_review`. */
export const messageType = (kind: NotificationKind | null): string =>
  kind === null ? "webhook.test" : kind.toLowerCase().replace("_", ".");

const idFields = {
  image: { field: "imageId", typename: "Image" },
  post: { field: "postId", typename: "Post" },
  account: { field: "socialAccountId", typename: "SocialAccount" },
  invitation: { field: "invitationId", typename: "Invitation" },
  webhook: { field: "webhookId", typename: "Webhook" },
  occurrence: { field: "occurrenceId", typename: "Occurrence" },
} as const;

/** The plain body: what happened, when, and the public ids of what it is about. `data` replaces the ids. */
export function messageBody(event: MessageEvent, data?: Readonly<Record<string, unknown>>): string {
  const { kind, eventAt } = event;
  return JSON.stringify({ type: messageType(kind), timestamp: eventAt.toISOString(), data: data ?? plainData(event) });
}

function plainData({ kind, entityId, workspaceId, webhookId }: MessageEvent): Readonly<Record<string, string>> {
  const workspace = { workspaceId: encodeGlobalId("Workspace", workspaceId) };
  if (kind === null || entityId === null) return { ...workspace, webhookId: encodeGlobalId("Webhook", webhookId) };
  const { field, typename } = idFields[ruleOf(kind).subject];
  return { ...workspace, [field]: encodeGlobalId(typename, entityId) };
}
