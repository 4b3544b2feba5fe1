/** One post: a status under a key that the server remembers for an hour, with uploads that belong to one post only. */
import { readJson } from "../ask-platform.ts";
import type { AccountSession } from "../connection.ts";
import type { PublishOutcome, PublishRequest, ReconcileOutcome, VerifyOutcome } from "../publication.ts";
import { sendOnce } from "../send-once.ts";
import { askMastodon, type MastodonSetup, mastodonRequest, refusalOf, trouble } from "./api.ts";
import { serverOf } from "./connect.ts";
import { mediaIds, uploadsAre } from "./media.ts";
import { findByMedia, statusShape } from "./own-statuses.ts";

/** Sends the status. */
export async function publish(
  setup: MastodonSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<PublishOutcome> {
  const { account, credentials } = request.session;
  const ids = mediaIds(request);
  if (ids === null) return { kind: "unavailable", message: "The pictures are not at the server yet." };
  const sent = await sendOnce(
    setup.http,
    mastodonRequest({
      ...{ server: serverOf(account), path: "/api/v1/statuses", token: credentials["accessToken"], signal },
      ...{ headers: { "idempotency-key": request.key }, input: statusOf(request, ids) },
    }),
  );
  if (sent.kind !== "answered") return sent;
  const answer = { status: sent.status, headers: sent.headers, json: readJson(sent.body) };
  const status = answer.status === 200 ? statusShape.safeParse(answer.json).data : undefined;
  if (status !== undefined) return { kind: "published", externalId: status.id, permalink: status.url };
  const unclear = { kind: "ambiguous" as const, message: "The server's answer does not say whether the post is out." };
  const refusal = refusalOf(answer, setup.clock.now(), credentials) ?? unclear;
  if (answer.status !== 422 || refusal.kind !== "refused") return refusal;
  // The same status is said of uploads that a post holds already: then an earlier send arrived.
  return (await uploadsAre(setup, request, signal)) === "free" ? refusal : unclear;
}

function statusOf({ caption, options }: PublishRequest, ids: readonly string[]): Readonly<Record<string, unknown>> {
  const { visibility, language, sensitive, spoilerText } = options;
  return {
    ...{ status: caption, media_ids: ids, visibility: visibility ?? "public" },
    ...(sensitive === true && { sensitive }),
    ...(typeof spoilerText === "string" && spoilerText !== "" && { spoiler_text: spoilerText }),
    ...(language !== undefined && { language }),
  };
}

/** Looks at the uploads, which tell for certain while they are free, then through own posts, which tell only of presence. */
export async function reconcile(
  setup: MastodonSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<ReconcileOutcome> {
  const ids = mediaIds(request);
  if (ids === null) return { kind: "absent", certain: true, message: "Its pictures never were at the server." };
  const state = await uploadsAre(setup, request, signal);
  if (state === "free")
    return { kind: "absent", certain: true, message: "The server keeps its pictures for a post to come." };
  if (state !== "attached") return { kind: "unreadable", message: state.message };
  const since = request.sentAt ?? request.preparedAt;
  const found = await findByMedia(setup, request.session, { ids, since }, signal);
  if (found.kind === "unreadable") return found;
  if (found.kind === "found") return { kind: "present", externalId: found.status.id, permalink: found.status.url };
  return { kind: "absent", certain: false, message: "The account's list does not show it." };
}

/** Reads a post back. */
export async function verify(
  setup: MastodonSetup,
  { account, credentials }: AccountSession,
  externalId: string,
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  const path = `/api/v1/statuses/${encodeURIComponent(externalId)}`;
  const answer = await askMastodon(setup, {
    server: serverOf(account),
    path,
    token: credentials["accessToken"],
    signal,
  });
  if (answer.kind === "unanswered") return trouble(answer);
  const status = answer.status === 200 ? statusShape.safeParse(answer.json).data : undefined;
  if (status !== undefined) return { kind: "there", permalink: status.url };
  return answer.status === 404 ? { kind: "gone", message: "The post is no longer at its server." } : trouble(answer);
}
