/** One post: pictures are uploaded, then one record is put under a key that was fixed before. Putting it again changes nothing. */
import { z } from "zod";
import { readJson } from "../ask-platform.ts";
import type { AccountSession } from "../connection.ts";
import type {
  PrepareOutcome,
  PublishImage,
  PublishOutcome,
  PublishRequest,
  ReconcileOutcome,
  Refusal,
  VerifyOutcome,
} from "../publication.ts";
import { sendOnce } from "../send-once.ts";
import { mentionedHandles } from "./facets.ts";
import { blobShape, collection, postRecord } from "./record.ts";
import { recordKey } from "./record-key.ts";
import { pdsServerOf } from "./session.ts";
import { askXrpc, type BlueskySetup, errorNameOf, refusalOf, trouble, xrpcRequest } from "./xrpc.ts";

const uploaded = z.object({ blob: blobShape });
const resolved = z.object({ did: z.string().startsWith("did:") });
const put = z.object({ uri: z.string() });

/** Uploads of a file live this long at a server without a post, in milliseconds; servers clear them away later. */
const uploadLife = 6 * 60 * 60_000;
const uploadDeadline = 120_000;
const maxMentions = 10;

const uploadRef = (image: PublishImage) => `blob:${image.sha256}`;
const mentionRef = (handle: string) => `mention:${handle}`;

/** Uploads the pictures and finds the mentioned accounts, each once. */
export async function prepare(
  setup: BlueskySetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<PrepareOutcome> {
  for (const image of request.images) {
    const failed = await upload(setup, request, image, signal);
    if (failed !== null) return failed;
  }
  for (const handle of mentionedHandles(request.caption).slice(0, maxMentions)) {
    const failed = await resolveMention(setup, request, handle, signal);
    if (failed !== null) return failed;
  }
  return { kind: "ready" };
}

async function upload(
  setup: BlueskySetup,
  { session, refs }: PublishRequest,
  image: PublishImage,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const kept = refs.get(uploadRef(image));
  if (kept !== null && setup.clock.now().getTime() - kept.at.getTime() < uploadLife) return null;
  const { account, credentials } = session;
  const answer = await askXrpc(setup, {
    ...{ server: pdsServerOf(account), method: "com.atproto.repo.uploadBlob", token: credentials["accessJwt"] },
    ...{ input: { bytes: await image.read(), mime: image.mime }, signal, deadlineMs: uploadDeadline },
  });
  if (answer.kind === "unanswered") return trouble(answer);
  const blob = answer.status === 200 ? uploaded.safeParse(answer.json).data?.blob : undefined;
  if (blob === undefined) return refusalOf(answer, setup.clock.now(), credentials) ?? trouble(answer);
  await refs.keep(uploadRef(image), JSON.stringify(blob));
  return null;
}

/** Kept, and empty where nobody has the handle: what is sent again must be the same to the byte. */
async function resolveMention(
  setup: BlueskySetup,
  { session, refs }: PublishRequest,
  handle: string,
  signal: AbortSignal,
): Promise<Refusal | null> {
  if (refs.get(mentionRef(handle)) !== null) return null;
  const method = "com.atproto.identity.resolveHandle";
  const answer = await askXrpc(setup, { server: pdsServerOf(session.account), method, query: { handle }, signal });
  if (answer.kind === "unanswered") return trouble(answer);
  const found = resolved.safeParse(answer.json).data;
  if (answer.status === 200 && found !== undefined) await refs.keep(mentionRef(handle), found.did);
  else if (answer.status === 400) await refs.keep(mentionRef(handle), "");
  else return refusalOf(answer, setup.clock.now(), session.credentials) ?? trouble(answer);
  return null;
}

/** Puts the record. */
export async function publish(
  setup: BlueskySetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<PublishOutcome> {
  const { account, credentials } = request.session;
  const place = placeOf(request);
  const record = postRecord(request, {
    blobOf: (image) => request.refs.get(uploadRef(image))?.value ?? null,
    didOf: (handle) => request.refs.get(mentionRef(handle))?.value || null,
  });
  if (record === null) return { kind: "unavailable", message: "The pictures are not at Bluesky yet." };
  const sent = await sendOnce(setup.http, {
    ...xrpcRequest(setup, {
      ...{ server: pdsServerOf(account), method: "com.atproto.repo.putRecord", token: credentials["accessJwt"] },
      ...{ input: { json: { repo: account.remoteId, collection, rkey: place.rkey, record } }, signal },
    }),
  });
  if (sent.kind !== "answered") return sent;
  const answer = { status: sent.status, headers: sent.headers, json: readJson(sent.body) };
  if (answer.status === 200 && put.safeParse(answer.json).data?.uri === place.uri) {
    return { kind: "published", externalId: place.uri, permalink: place.permalink };
  }
  if (answer.status === 400 && errorNameOf(answer) === "BlobNotFound") {
    for (const image of request.images) await request.refs.drop(uploadRef(image));
    return { kind: "unavailable", message: "Bluesky has cleared the uploaded pictures away; they are uploaded again." };
  }
  const unclear = { kind: "ambiguous" as const, message: "Bluesky's answer does not say whether the post is out." };
  return refusalOf(answer, setup.clock.now(), credentials) ?? unclear;
}

/** Reads the record under the post's key: there or not, for certain. */
export async function reconcile(
  setup: BlueskySetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<ReconcileOutcome> {
  const { uri, permalink } = placeOf(request);
  const look = await lookUp(setup, request.session, uri, signal);
  if (look === "there") return { kind: "present", externalId: uri, permalink };
  if (look === "gone") return { kind: "absent", certain: true, message: "Bluesky has no post under its key." };
  return { kind: "unreadable", message: look.message };
}

/** Reads a post back. */
export async function verify(
  setup: BlueskySetup,
  session: AccountSession,
  externalId: string,
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  const look = await lookUp(setup, session, externalId, signal);
  if (look === "gone") return { kind: "gone", message: "The post is no longer at Bluesky." };
  return look === "there" ? { kind: "there", permalink: permalinkOf(externalId) } : look;
}

async function lookUp(setup: BlueskySetup, { account }: AccountSession, uri: string, signal: AbortSignal) {
  const rkey = uri.split("/").at(-1) ?? "";
  const query = { repo: account.remoteId, collection, rkey };
  const answer = await askXrpc(setup, {
    server: pdsServerOf(account),
    method: "com.atproto.repo.getRecord",
    query,
    signal,
  });
  if (answer.kind === "answered" && answer.status === 200 && put.safeParse(answer.json).data?.uri === uri)
    return "there";
  if (answer.kind === "answered" && answer.status === 400 && errorNameOf(answer) === "RecordNotFound") return "gone";
  return trouble(answer);
}

function placeOf({ key, preparedAt, session: { account } }: PublishRequest) {
  const rkey = recordKey(key, preparedAt);
  const uri = `at://${account.remoteId}/${collection}/${rkey}`;
  return { rkey, uri, permalink: permalinkOf(uri) };
}

/** By the account's lasting id, because handles change. */
function permalinkOf(uri: string): string {
  const [, , did = "", , rkey = ""] = uri.split("/");
  return `https://bsky.app/profile/${did}/post/${rkey}`;
}
