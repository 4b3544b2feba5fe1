/** Channels that a bot posts to. The form names the channel: a bot is often in many, and its token alone says nothing about where. */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import type { ConnectionForm, ConnectionOutcome, Credentials } from "../connection.ts";
import { botAccess } from "./access.ts";
import type { DiscordSetup } from "./api.ts";
import { channelUrl, connected, type Failed, type Look, lookAt } from "./look.ts";
import { missingPermissions, overwriteShape, roleShape } from "./permissions.ts";

/** Three parts, the first of which is the bot's id. */
const tokenShape = /^[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{4,16}\.[A-Za-z0-9_-]{16,128}$/;
const snowflake = /^\d{15,20}$/;
const channelLink =
  /^https:\/\/(?:(?:canary|ptb)\.)?discord(?:app)?\.com\/channels\/\d{15,20}\/(\d{15,20})(?:\/\d{15,20})?\/?$/;

const botShape = z.object({ id: z.string().regex(snowflake), bot: z.literal(true), username: z.string().min(1) });
const channelShape = z.object({
  ...{ id: z.string().regex(snowflake), type: z.number().int(), name: z.string().catch("") },
  guild_id: z.string().regex(snowflake).optional(),
  permission_overwrites: z.array(overwriteShape).catch([]),
});
const guildShape = z.object({ name: z.string(), owner_id: z.string(), roles: z.array(roleShape) });
const memberShape = z.object({ roles: z.array(z.string()) });

/** Text and announcement channels of a server; a forum takes only threads. */
const textChannels = [0, 5];

const refused = (field: string, code: string, message: string): ConnectionOutcome => ({
  ...{ kind: "refused", field, code, message },
});

/** The id of a channel, from what somebody typed: an id, or the link that Discord copies. Null when it is neither. */
function channelIdOf(typed: string): string | null {
  const text = typed.trim();
  return snowflake.test(text) ? text : (channelLink.exec(text)?.[1] ?? null);
}

/** Connects a channel by a bot's token. What was typed is not repeated: people put tokens into the wrong field. */
export async function connectBot(
  setup: DiscordSetup,
  { fields }: ConnectionForm,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const token = (fields["botToken"] ?? "").trim().replace(/^Bot /i, "");
  if (!tokenShape.test(token)) {
    const message =
      "That is no bot token. It has three parts with dots in between; the application's page shows it: Bot, Reset Token.";
    return refused("botToken", "INVALID", message);
  }
  const channelId = channelIdOf(fields["channel"] ?? "");
  if (channelId === null) {
    const message = "That names no channel. Copy its link in Discord, or its id, which is digits alone.";
    return refused("channel", "INVALID", message);
  }
  const credentials = { token: new Secret(token) };
  return connected(await lookAtChannel(setup, credentials, channelId, signal), credentials);
}

/** Who the bot is, what the channel is, and whether the one may post to the other and read it. */
export async function lookAtChannel(
  setup: DiscordSetup,
  credentials: Credentials,
  channelId: string,
  signal: AbortSignal,
): Promise<Look> {
  const access = { ...botAccess(credentials, channelId), route: `channels/${channelId}/about` };
  const ask = <Schema extends z.ZodType>(path: string, shape: Schema) =>
    lookAt(setup, { path, access, credentials, signal, keyField: "botToken", field: "channel" }, shape);
  const denied = (code: string, message: string): Failed => ({ kind: "denied", field: "channel", code, message });
  const bot = await ask("/users/@me", botShape);
  if (bot.kind !== "value") return bot;
  const channel = await ask(`/channels/${channelId}`, channelShape);
  if (channel.kind !== "value") return channel;
  const { guild_id: guildId, type, name, permission_overwrites: overwrites } = channel.value;
  if (guildId === undefined || !textChannels.includes(type)) {
    return denied("NOT_A_CHANNEL", "That is no text or announcement channel of a server. Name one.");
  }
  const guild = await ask(`/guilds/${guildId}`, guildShape);
  if (guild.kind !== "value") return guild;
  const { id: botId, username } = bot.value;
  const member = await ask(`/guilds/${guildId}/members/${botId}`, memberShape);
  if (member.kind !== "value") return member;
  const { owner_id: ownerId, roles, name: guildName } = guild.value;
  const facts = { guildId, ownerId, userId: botId, memberRoles: member.value.roles, roles, overwrites };
  const missing = missingPermissions(facts);
  if (missing.length > 0) {
    const message = `The bot ${username} lacks these permissions in the channel: ${missing.join(", ")}. Give them to it.`;
    return denied("NO_PERMISSION", message);
  }
  const account = {
    ...{ remoteId: channelId, handle: name === "" ? channelId : name, name: `#${name} (${guildName})` },
    ...{ url: channelUrl(guildId, channelId), method: "discordBot", details: { guildId, channelId, botId } },
  };
  return { kind: "found", account };
}
