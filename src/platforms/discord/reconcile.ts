/** Finds an interrupted message in its channel: by the mark in its file names, or by its author and text where it has no pictures. */
import { z } from "zod";
import { isSameText, publishWindow } from "../meta/match-post.ts";
import type { PublishRequest, ReconcileOutcome } from "../publication.ts";
import { accessOf, isBot } from "./access.ts";
import { askDiscord, type DiscordSetup, trouble } from "./api.ts";
import { fileMark, messageShape, permalinkOf } from "./message.ts";

const pageSize = 100;
/** Pages that are read, at most: two thousand messages. */
const mostPages = 20;

/** Where Discord's ids begin to count, in milliseconds (https://discord.com/developers/docs/reference#snowflakes). */
const epoch = 1_420_070_400_000n;

/** The id that a message of this moment could have at the earliest. */
const idAt = (moment: Date): bigint => (BigInt(moment.getTime()) - epoch) << 22n;

const page = z.array(messageShape);
type Message = z.output<typeof messageShape>;

/** Looks a message up. A webhook can list nothing, so that its interrupted sends are a person's to judge. */
export async function reconcile(
  setup: DiscordSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<ReconcileOutcome> {
  const { session } = request;
  if (!isBot(session)) {
    return { kind: "unknown", message: "Discord lets webhooks list nothing. Look into the channel, then decide." };
  }
  const { since, until } = publishWindow(request.preparedAt, request.sentAt ?? request.preparedAt);
  let before = idAt(until);
  const found: Message[] = [];
  for (let round = 0; round < mostPages; round += 1) {
    const messages = await listBefore(setup, request, before, signal);
    if ("kind" in messages) return messages;
    found.push(...messages.filter((message) => isOurs(message, request)));
    const oldest = messages.reduce((least, { id }) => (BigInt(id) < least ? BigInt(id) : least), before);
    if (messages.length < pageSize || oldest < idAt(since)) return judge(found, request, since);
    before = oldest;
  }
  if (found.length > 0) return judge(found, request, since);
  return { kind: "unknown", message: "The channel has too many newer messages. Look into it, then decide." };
}

async function listBefore(
  setup: DiscordSetup,
  { session }: PublishRequest,
  before: bigint,
  signal: AbortSignal,
): Promise<readonly Message[] | { readonly kind: "unreadable"; readonly message: string }> {
  const access = accessOf(session);
  const path = `${access.messages}?limit=${pageSize}&before=${before}`;
  const answer = await askDiscord(setup, { path, access, signal });
  const messages = answer.kind === "answered" && answer.status === 200 ? page.safeParse(answer.json).data : undefined;
  return messages ?? { kind: "unreadable", message: trouble(answer).message };
}

function isOurs({ author, content, attachments }: Message, { key, session, caption, images }: PublishRequest): boolean {
  if (author?.id !== session.account.details["botId"]) return false;
  if (images.length > 0) return attachments.some(({ filename }) => filename.includes(fileMark(key)));
  return attachments.length === 0 && isSameText(content, caption);
}

function judge(found: readonly Message[], { session, images }: PublishRequest, since: Date): ReconcileOutcome {
  const inTime = found.filter(({ id }) => BigInt(id) >= idAt(since));
  const [first] = inTime.toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  if (first === undefined) return { kind: "absent", certain: false, message: "The channel does not show it." };
  // Equal texts may be somebody's intention; a mark is this post's alone.
  if (inTime.length > 1 && images.length === 0) {
    return { kind: "unknown", message: "The channel shows the same text more than once. Look into it, then decide." };
  }
  return { kind: "present", externalId: first.id, permalink: permalinkOf(session, first.id) };
}
