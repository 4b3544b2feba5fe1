/** Publishing in the sandbox: each class of platforms in its own way, and each failure as it is ordered. */
import { v7 } from "uuid";
import type { SandboxPost } from "../../generated/prisma/client.ts";
import { addMilliseconds } from "../../infra/clock.ts";
import { pause } from "../../infra/pause.ts";
import type { PlatformContext } from "../platform.ts";
import type {
  PrepareOutcome,
  PublishOutcome,
  PublishRequest,
  ReconcileOutcome,
  Refusal,
  VerifyOutcome,
} from "../publication.ts";
import { capabilityOf, logUrl } from "./account.ts";
import { type Behaviour, behaviourOf } from "./behaviours.ts";

/** Code points of a text. */
export const maxCaption = 500;

const minute = 60_000;
const slowness = 10_000;
/** A platform that detects repeats remembers a text so long, in milliseconds. */
const memory = 24 * 60 * minute;
/** Clocks differ. */
const skew = 2 * minute;

/** Whether the account's class shows nothing until a second step: it publishes what the first one hid. */
const hidesFirst = ({ session }: PublishRequest) => ["handle", "staged"].includes(capabilityOf(session.account));

/** Makes the hidden post of the classes that have one. */
export async function prepare(context: PlatformContext, request: PublishRequest): Promise<PrepareOutcome> {
  if (behaviourOf(request.options["behaviour"]) === "media_refused") return mediaRefused;
  if (!hidesFirst(request) || request.refs.get("container") !== null) return { kind: "ready" };
  const gone = await goneAccount(context, request);
  if (gone !== null) return gone;
  const { id } = await createPost(context, request, { id: v7(), publicAt: null });
  await request.refs.keep("container", id);
  return { kind: "ready" };
}

/** Makes the post public, or does what was ordered. */
export async function publish(
  context: PlatformContext,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<PublishOutcome> {
  if (signal.aborted) return { kind: "unavailable", message: "The call was stopped before it began." };
  const behaviour = behaviourOf(request.options["behaviour"]);
  const refusal = (await goneAccount(context, request)) ?? (await ordered(context, request, behaviour));
  if (refusal !== null) return refusal;
  if (behaviour === "slow") await pause(slowness, signal);
  const now = context.clock.now();
  if (behaviour === "lie") return published(context, request, v7());
  const post = await makePublic(context, request, behaviour === "late" ? addMilliseconds(now, minute) : now);
  if (post === null) return { kind: "ambiguous", message: "The sandbox says that it has this text already." };
  switch (behaviour) {
    case "accept_then_hang":
      await stopped(signal);
      return { kind: "ambiguous", message: "The sandbox did not answer." };
    case "accept_then_500":
      return { kind: "ambiguous", message: "The sandbox answered that something broke." };
    case "late":
      return { kind: "submitted", externalId: post.id };
    default:
      return published(context, request, post.id);
  }
}

const mediaRefused: Refusal = {
  kind: "refused",
  code: "MEDIA_REFUSED",
  message: "The sandbox refused the pictures, as it was told.",
};

async function goneAccount({ db }: PlatformContext, { session: { account } }: PublishRequest): Promise<Refusal | null> {
  const found = await db.sandboxAccount.findUnique({ where: { handle: account.remoteId }, select: { handle: true } });
  if (found !== null) return null;
  return { kind: "unauthorized", message: `The sandbox account "${account.remoteId}" is gone. Connect it again.` };
}

/** What happens before any effect. What passes by itself happens once for a post. */
async function ordered(
  { clock }: PlatformContext,
  { caption, refs }: PublishRequest,
  behaviour: Behaviour,
): Promise<Refusal | null> {
  if ([...caption].length > maxCaption) {
    return { kind: "refused", code: "TEXT_TOO_LONG", message: `The text is longer than ${maxCaption} characters.` };
  }
  if (behaviour === "refuse")
    return { kind: "refused", code: "REFUSED", message: "The sandbox refused the post, as it was told." };
  if (behaviour === "media_refused") return mediaRefused;
  if ((behaviour !== "rate_limit" && behaviour !== "expired_token") || refs.get("refused-once") !== null) return null;
  await refs.keep("refused-once", behaviour);
  if (behaviour === "expired_token") {
    return {
      kind: "unauthorized",
      message: "The sandbox's access has ended, as it was told. Connect the account again.",
    };
  }
  const retryAt = addMilliseconds(clock.now(), minute);
  return { kind: "rate-limited", retryAt, message: "The sandbox takes no more posts for a minute." };
}

/** Null when the account's class refuses repeats and this is one. */
async function makePublic(
  context: PlatformContext,
  request: PublishRequest,
  publicAt: Date,
): Promise<SandboxPost | null> {
  const { db, clock } = context;
  const { session, key, refs, caption } = request;
  const container = refs.get("container")?.value;
  if (hidesFirst(request) && container !== undefined) {
    // A container publishes at most once.
    await db.sandboxPost.updateMany({ where: { id: container, publicAt: null }, data: { publicAt } });
    return db.sandboxPost.findUniqueOrThrow({ where: { id: container } });
  }
  const capability = capabilityOf(session.account);
  if (capability === "detects") {
    const since = addMilliseconds(clock.now(), -memory);
    const where = { handle: session.account.remoteId, caption, createdAt: { gt: since } };
    if ((await db.sandboxPost.count({ where })) > 0) return null;
  }
  return createPost(context, request, { id: capability === "keyed" ? key : v7(), publicAt });
}

async function createPost(
  { db, clock }: PlatformContext,
  { session, caption, images }: PublishRequest,
  { id, publicAt }: { readonly id: string; readonly publicAt: Date | null },
): Promise<SandboxPost> {
  const data = {
    ...{ id, publicAt, handle: session.account.remoteId, caption, createdAt: clock.now() },
    altTexts: images.map(({ alt }) => alt),
  };
  await db.sandboxPost.createMany({ data: [data], skipDuplicates: true });
  return db.sandboxPost.findUniqueOrThrow({ where: { id } });
}

function published({ publicUrl }: PlatformContext, { session }: PublishRequest, id: string): PublishOutcome {
  return { kind: "published", externalId: id, permalink: `${logUrl(publicUrl, session.account.remoteId)}#${id}` };
}

function stopped(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

/** Looks for a send in the way that the account's class allows. */
export async function reconcile(context: PlatformContext, request: PublishRequest): Promise<ReconcileOutcome> {
  const { db } = context;
  const capability = capabilityOf(request.session.account);
  if (capability === "none")
    return { kind: "unknown", message: "This account of the sandbox shows nothing to look at." };
  const id = capability === "keyed" ? request.key : request.refs.get("container")?.value;
  if (capability === "keyed" || hidesFirst(request)) {
    const post = id === undefined ? null : await db.sandboxPost.findUnique({ where: { id } });
    if (post !== null && post.publicAt !== null) return foundAs(context, request, post);
    return { kind: "absent", certain: true, message: "The sandbox has not published it." };
  }
  const candidates = await listed(context, request);
  const [post] = candidates;
  if (post === undefined) return { kind: "absent", certain: false, message: "The account's list does not show it." };
  if (candidates.length > 1) return { kind: "unknown", message: "The account's list shows more than one such post." };
  return foundAs(context, request, post);
}

async function listed({ db }: PlatformContext, { session, caption, images, sentAt, preparedAt }: PublishRequest) {
  const since = addMilliseconds(sentAt ?? preparedAt, -skew);
  const where = { handle: session.account.remoteId, caption, createdAt: { gte: since }, publicAt: { not: null } };
  const posts = await db.sandboxPost.findMany({ where, take: 40 });
  return posts.filter(({ altTexts }) => Array.isArray(altTexts) && altTexts.length === images.length);
}

function foundAs(
  { clock, publicUrl }: PlatformContext,
  { session }: PublishRequest,
  { id, publicAt }: SandboxPost,
): ReconcileOutcome {
  if (publicAt !== null && publicAt > clock.now()) {
    return { kind: "pending", externalId: id, message: "The sandbox shows it within a minute." };
  }
  return { kind: "present", externalId: id, permalink: `${logUrl(publicUrl, session.account.remoteId)}#${id}` };
}

/** Reads a post back. */
export async function verify({ db, clock, publicUrl }: PlatformContext, externalId: string): Promise<VerifyOutcome> {
  const post = await db.sandboxPost.findUnique({ where: { id: externalId } });
  if (post === null || post.publicAt === null || post.publicAt > clock.now()) {
    return { kind: "gone", message: "The sandbox does not show it." };
  }
  return { kind: "there", permalink: `${logUrl(publicUrl, post.handle)}#${post.id}` };
}
