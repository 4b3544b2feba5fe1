/** One post: a message with its files, in one call. */
import { readJson } from "../ask-platform.ts";
import type { AccountSession } from "../connection.ts";
import type { PublishOutcome, PublishRequest, VerifyOutcome } from "../publication.ts";
import { sendOnce } from "../send-once.ts";
import { accessOf } from "./access.ts";
import {
  askDiscord,
  type DiscordSetup,
  discordRequest,
  errorCodeOf,
  limited,
  refusalOf,
  routeOf,
  trouble,
} from "./api.ts";
import { messageForm, messageShape, permalinkOf } from "./message.ts";

/** Sends the message. While Discord's own rest lasts nothing is sent. */
export async function publish(
  setup: DiscordSetup,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<PublishOutcome> {
  const { session } = request;
  if (request.images.length === 0 && request.caption.trim() === "") {
    return {
      kind: "refused",
      code: "EMPTY",
      message: "Discord takes no empty messages. Write a text or add a picture.",
    };
  }
  const access = accessOf(session);
  const call = { path: access.sendTo, access, form: await messageForm(request), signal };
  const until = setup.pace.restsUntil(routeOf(call), access.owner);
  if (until !== null) return limited(until);
  const sent = await sendOnce(setup.http, discordRequest(setup, call));
  if (sent.kind !== "answered") return sent;
  const answer = { status: sent.status, headers: sent.headers, json: readJson(sent.body) };
  setup.pace.learn(routeOf(call), access.owner, answer);
  const message = answer.status === 200 ? messageShape.safeParse(answer.json).data : undefined;
  if (message !== undefined && message.channel_id === session.account.details["channelId"]) {
    return { kind: "published", externalId: message.id, permalink: permalinkOf(session, message.id) };
  }
  const unclear = { kind: "ambiguous" as const, message: "Discord's answer does not say whether the post is out." };
  return refusalOf(answer, setup.clock.now(), session.credentials) ?? unclear;
}

const unknownMessage = 10_008;

/** Reads a message back: a bot in its channel, a webhook among its own. */
export async function verify(
  setup: DiscordSetup,
  session: AccountSession,
  externalId: string,
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  const access = accessOf(session);
  const path = `${access.messages}/${encodeURIComponent(externalId)}`;
  const answer = await askDiscord(setup, { path, access, signal });
  if (answer.kind !== "answered") return trouble(answer);
  const message = answer.status === 200 ? messageShape.safeParse(answer.json).data : undefined;
  if (message?.id === externalId) return { kind: "there", permalink: permalinkOf(session, externalId) };
  if (answer.status === 404 && errorCodeOf(answer) === unknownMessage) {
    return { kind: "gone", message: "The message is no longer in the channel." };
  }
  return trouble(answer);
}
