/**
 * Discord with one server: a bot and a webhook, permissions, limits told in every answer, a nonce that is remembered for some
 * minutes, channels that list what is in them newest first.
 */
import type { TestClock } from "../support/clock.ts";
import type { Teardown } from "../support/database.ts";
import { readMessage, type SentMessage } from "./discord-body.ts";
import { type Asked, listed, type Reply, type SimulatedPlatform, simulatePlatform } from "./simulated-platform.ts";

const epoch = 1_420_070_400_000n;
const nonceLife = 3 * 60_000;

interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly webhookId: string | null;
  readonly sent: SentMessage;
  readonly at: Date;
  reactions: number;
}

/** A running Discord. */
export interface DiscordSimulator extends SimulatedPlatform {
  readonly guildId: string;
  readonly channelId: string;
  /** Another text channel, and one that takes no messages. */
  readonly otherChannelId: string;
  readonly forumId: string;
  readonly botId: string;
  /** What opens; a test may end it. */
  botToken: string;
  readonly webhook: { readonly id: string; token: string; type: number };
  /** The webhook's address, as Discord shows it. */
  webhookUrl(): string;
  /** What the bot may do in the channels, by bits. */
  permissions: bigint;
  /** Whether the bot is in the server. */
  member: boolean;
  /** Messages that a route takes in five seconds. */
  perBucket: number;
  readonly messages: readonly Message[];
  /** Somebody else writes into the channel. */
  say(text: string, authorId?: string): void;
  react(messageId: string, count: number): void;
}

const failure = (status: number, code: number, message: string, errors?: object): Reply => ({
  ...{ status, body: { message, code, ...(errors && { errors }) } },
});
const unauthorised = failure(401, 0, "401: Unauthorized");

const view = 1n << 10n;
const send = 1n << 11n;
const attach = 1n << 15n;
const history = 1n << 16n;

/** Starts one for a test. */
export async function discordSimulator(t: Teardown, clock: TestClock): Promise<DiscordSimulator> {
  const ids = {
    ...{ guildId: "820745488231301210", channelId: "820745488231301777", otherChannelId: "820745488231301888" },
    ...{ forumId: "820745488231301999", botId: "820745488231302111" },
  };
  const roleId = "820745488231302333";
  const messages: Message[] = [];
  const nonces = new Map<string, Message>();
  const buckets = new Map<string, { used: number; resets: number }>();
  let serial = 0n;
  const nextId = () => String(((BigInt(clock.now().getTime()) - epoch) << 22n) | (serial += 1n));
  const may = (bits: bigint) => (base.permissions & bits) === bits;

  const shown = ({ id, channelId, authorId, webhookId, sent, at, reactions }: Message) => ({
    ...{ id, channel_id: channelId, content: sent.content ?? "", timestamp: at.toISOString(), type: 0 },
    author: { id: authorId, username: "Atelier", ...(webhookId === null && { bot: true }) },
    attachments: sent.attachments.map(({ id: n, filename, description }) => ({
      ...{ id: `${id}${n}`, filename, size: 1, url: `https://cdn.discord.test/${filename}` },
      ...(description !== undefined && { description }),
    })),
    ...(webhookId !== null && { webhook_id: webhookId }),
    ...(reactions > 0 && { reactions: [{ count: reactions, emoji: { name: "⛵" } }] }),
  });

  const post = async (asked: Asked, channelId: string, webhookId: string | null): Promise<Reply> => {
    const sent = await readMessage(asked);
    if ("code" in sent) {
      if (sent.offence) base.offences.push(sent.words);
      if (sent.code !== 50_035) return failure(sent.status, sent.code, sent.words);
      const errors = { content: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: sent.words }] } };
      return failure(400, sent.code, "Invalid Form Body", errors);
    }
    if (webhookId !== null && (sent.nonce !== undefined || sent.enforce_nonce !== undefined)) {
      base.offences.push("a webhook knows no nonce");
    }
    const before = sent.enforce_nonce === true ? nonces.get(sent.nonce ?? "") : undefined;
    if (before !== undefined && clock.now().getTime() - before.at.getTime() < nonceLife) {
      return { status: 200, body: { ...shown(before), nonce: sent.nonce } };
    }
    const made: Message = {
      ...{ id: nextId(), channelId, authorId: webhookId ?? ids.botId, webhookId, sent, at: clock.now(), reactions: 0 },
    };
    messages.push(made);
    if (sent.nonce !== undefined) nonces.set(sent.nonce, made);
    const altTexts = sent.attachments.map(({ description = null }) => description);
    const text = (sent.content ?? "").trim();
    base.publicPosts.push({ id: made.id, text, images: sent.attachments.length, altTexts, at: made.at });
    return { status: 200, body: { ...shown(made), ...(sent.nonce !== undefined && { nonce: sent.nonce }) } };
  };

  const list = (channelId: string, query: URLSearchParams): Reply => {
    const strange = [...query.keys()].filter((name) => !["limit", "before", "after", "around"].includes(name));
    const limit = Number(query.get("limit") ?? 50);
    if (strange.length > 0 || !(limit >= 1 && limit <= 100)) base.offences.push(`a list of ${query.toString()}`);
    const before = BigInt(query.get("before") ?? "9223372036854775807");
    // Who may not read the history sees an empty one.
    const seen = may(history) ? messages.filter((one) => one.channelId === channelId && listed(base, one.at)) : [];
    const older = seen.filter(({ id }) => BigInt(id) < before).toReversed();
    return { status: 200, body: older.slice(0, limit).map(shown) };
  };

  const one = (channelId: string, id: string, webhookId: string | null): Reply => {
    const found = messages.find((entry) => entry.id === id && entry.channelId === channelId);
    const visible = found !== undefined && (webhookId === null || found.webhookId === webhookId);
    return visible ? { status: 200, body: shown(found) } : failure(404, 10_008, "Unknown Message");
  };

  const asBot = async (asked: Asked, path: string): Promise<Reply> => {
    if (asked.headers.authorization !== `Bot ${base.botToken}`) return unauthorised;
    if (path === "/users/@me") return { status: 200, body: { id: ids.botId, username: "Atelier", bot: true } };
    const guild = /^\/guilds\/(\d+)(\/members\/(\d+))?$/.exec(path);
    if (guild !== null) {
      if (!base.member || guild[1] !== ids.guildId) return failure(404, 10_004, "Unknown Guild");
      const roles = [
        { id: ids.guildId, name: "@everyone", permissions: "0" },
        { id: roleId, name: "Atelier", permissions: String(base.permissions) },
      ];
      const member = { user: { id: ids.botId }, roles: [roleId] };
      return { status: 200, body: guild[2] ? member : { id: ids.guildId, name: "Harbour", owner_id: "1", roles } };
    }
    const [, id = "", below, messageId] = /^\/channels\/(\d+)(\/messages(?:\/(\d+))?)?$/.exec(path) ?? [];
    if (![ids.channelId, ids.otherChannelId, ids.forumId].includes(id)) return failure(404, 10_003, "Unknown Channel");
    if (!base.member || !may(view)) return failure(403, 50_001, "Missing Access");
    if (below === undefined) {
      const type = id === ids.forumId ? 15 : 0;
      const name = id === ids.channelId ? "gallery" : id === ids.otherChannelId ? "sketches" : "forum";
      return { status: 200, body: { id, type, name, guild_id: ids.guildId, permission_overwrites: [] } };
    }
    if (messageId !== undefined) return one(id, messageId, null);
    if (asked.method === "GET") return list(id, asked.query);
    return may(send) && may(attach) ? post(asked, id, null) : failure(403, 50_013, "Missing Permissions");
  };

  const asWebhook = async (asked: Asked, path: string): Promise<Reply> => {
    const [, id, token, messageId] = /^\/webhooks\/(\d+)\/([\w-]+)(?:\/messages\/(\d+))?$/.exec(path) ?? [];
    const { webhook } = base;
    if (asked.headers.authorization !== undefined) base.offences.push("a webhook needs no header");
    if (id !== webhook.id) return failure(404, 10_015, "Unknown Webhook");
    if (token !== webhook.token) return failure(401, 50_027, "Invalid Webhook Token");
    if (messageId !== undefined) return one(ids.channelId, messageId, id);
    const { guildId, channelId } = ids;
    const self = { id, type: webhook.type, name: "Boats", guild_id: guildId, channel_id: channelId, token };
    if (asked.method === "GET") return { status: 200, body: self };
    if (asked.query.toString() !== "wait=true") base.offences.push(`a webhook asked with ${asked.query.toString()}`);
    return post(asked, channelId, id);
  };

  /** Counts a call, and refuses what comes too early. */
  const limited = ({ method, path }: Asked): { reply: Reply | null; headers: Readonly<Record<string, string>> } => {
    const route = `${method} ${path.replace(/\/messages\/\d+$/, "/messages/one")}`;
    const now = clock.now().getTime();
    const known = buckets.get(route);
    const bucket = known !== undefined && known.resets > now ? known : { used: 0, resets: now + 5_000 };
    buckets.set(route, bucket);
    bucket.used += 1;
    const after = ((bucket.resets - now) / 1_000).toFixed(3);
    const remaining = Math.max(0, base.perBucket - bucket.used);
    const headers = {
      ...{ "x-ratelimit-limit": String(base.perBucket), "x-ratelimit-remaining": String(remaining) },
      ...{ "x-ratelimit-reset": (bucket.resets / 1_000).toFixed(3), "x-ratelimit-reset-after": after },
      "x-ratelimit-bucket": "d721dea6054f6322373d361f98e5c38b",
    };
    if (bucket.used <= base.perBucket) return { reply: null, headers };
    base.offences.push(`${route} came before its rest was over`);
    return { reply: tooMany(Number(after)), headers };
  };

  const answer = async (asked: Asked): Promise<Reply> => {
    if (!/^DiscordBot \(https?:\/\/\S+, \d/.test(asked.headers["user-agent"] ?? "")) base.offences.push("who asks?");
    const path = /^\/api\/v10(\/.+)$/.exec(asked.path)?.[1];
    if (path === undefined) return failure(404, 0, "404: Not Found");
    const { reply, headers } = limited(asked);
    const work = path.startsWith("/webhooks/") ? asWebhook : asBot;
    const given = reply ?? (await work(asked, path));
    return { ...given, headers: { ...headers, ...given.headers } };
  };

  const platform = await simulatePlatform(t, clock, () => ({
    isIrreversible: ({ method, path }) => method === "POST" && /\/messages$|\/webhooks\/\d+\/[\w-]+$/.test(path),
    answer,
    rateLimited: (seconds) => (seconds === null ? failure(429, 0, "You are being rate limited.") : tooMany(seconds)),
    unauthorized: () => unauthorised,
    refusedContent: () =>
      failure(400, 50_035, "Invalid Form Body", { content: { _errors: [{ message: "Refused." }] } }),
  }));
  const base: DiscordSimulator = Object.assign(platform, {
    ...{ ...ids, messages, member: true, perBucket: 1_000, permissions: view | send | attach | history },
    botToken: "ODIwNzQ1NDg4MjMxMzAyMTEx.GcanAr.canary-discord-bot-K8dQm2Zr5vYw",
    webhook: { id: "820745488231304444", token: `canary-discord-webhook-${"Zk9".repeat(15)}`, type: 1 },
    webhookUrl: () => `https://discord.com/api/webhooks/${base.webhook.id}/${base.webhook.token}`,
    say: (text: string, authorId = "820745488231305555") => {
      const sent = { content: text, attachments: [], allowed_mentions: { parse: [] } };
      const whose = { channelId: ids.channelId, authorId, webhookId: null, at: clock.now(), reactions: 0 };
      messages.push({ id: nextId(), sent, ...whose });
    },
    react: (messageId: string, count: number) => {
      for (const message of messages) if (message.id === messageId) message.reactions = count;
    },
  });
  return base;
}

function tooMany(seconds: number): Reply {
  const body = { message: "You are being rate limited.", retry_after: seconds, global: false, code: 0 };
  return { status: 429, body, headers: { "retry-after": String(Math.ceil(seconds)), "x-ratelimit-scope": "user" } };
}
