/** Channels on Discord, through a bot or a webhook (https://discord.com/developers/docs). */
import { z } from "zod";
import { apiAddress } from "../api-address.ts";
import type { AccountSession, ConnectionForm, ConnectionMethod } from "../connection.ts";
import type { PlatformContext, PlatformDefinition } from "../platform.ts";
import type { PlatformOption } from "../rules.ts";
import { isBot } from "./access.ts";
import type { DiscordSetup } from "./api.ts";
import { connectBot, lookAtChannel } from "./bot.ts";
import { checked } from "./look.ts";
import { measure, measuring } from "./measure.ts";
import { createPace } from "./pace.ts";
import { publish, verify } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { connectWebhook, lookAtWebhook } from "./webhook.ts";

const variables = {
  DISCORD_API_URL: apiAddress
    .default("https://discord.com/api/v10")
    .describe("Where Discord's API is, with its version."),
} as const;

const settings = z.object(variables);

const methods: readonly ConnectionMethod[] = [
  {
    ...{ name: "discordBot", kind: "FORM", label: "Discord bot" },
    description:
      "A channel, through a bot that is in its server and may view it, send messages, attach files and read the history there. Interrupted posts can be looked up.",
    fields: [
      {
        ...{ name: "botToken", required: true, secret: true },
        description: "The bot's token, from its application's page: Bot, Reset Token.",
      },
      {
        ...{ name: "channel", required: true },
        description: "The channel's link or id. A bot of several channels is connected once for each.",
      },
    ],
  },
  {
    ...{ name: "discordWebhook", kind: "FORM", label: "Discord webhook" },
    description: "A channel, through a webhook of its own. Interrupted posts cannot be looked up.",
    fields: [
      {
        ...{ name: "webhookUrl", required: true, secret: true },
        description: "The webhook's address, from the channel's settings: Integrations, Webhooks, Copy Webhook URL.",
      },
    ],
  },
];

const options: readonly PlatformOption[] = [
  { name: "silent", kind: "flag", description: "Whether the post notifies nobody." },
  { name: "spoiler", kind: "flag", description: "Whether the pictures are covered until somebody clicks them." },
  { name: "suppressEmbeds", kind: "flag", description: "Whether links in the text show no preview." },
];

/** How Discord is opened. */
export const discord: PlatformDefinition = {
  ...{ name: "discord", label: "Discord", variables, options, methods, measuring },
  description: "Channels on Discord.",
  rules: {
    // Discord's API counts code points (discord/discord-api-docs#1315).
    caption: { max: 2_000, unit: "characters", measure: (caption) => [...caption].length },
    images: {
      // Discord takes ten files of 10 MB each. They go out in one request that must be over in seconds.
      ...{ min: 0, max: 10, mimes: ["image/jpeg", "image/png", "image/webp"], maxBytes: 2_500_000 },
      ...{ maxWidth: 4_096, maxHeight: 4_096, minWidth: 1, ratio: null, oneRatio: false },
    },
    altText: { required: false, max: 1_024 },
  },
  // Tokens live until somebody resets or deletes them; those were made by hand and are their owner's to end.
  refresh: null,
  // A webhook's own limit, the strictest one that is told beforehand; the rest stands in each answer.
  ...{ quota: { posts: 30, window: 60_000 }, spacing: 1_000 },
  // A bot's repeated message shows once for some minutes only, which is less than looking twice takes.
  ...{ resendsAfterListedAbsence: false, needsPublicUrl: false, declaresAi: false },
  open({ values, http, clock, publicUrl }: PlatformContext) {
    const api = settings.parse(values).DISCORD_API_URL;
    const setup: DiscordSetup = { http, clock, api, publicUrl, pace: createPace(clock) };
    return {
      capabilityOf: (account) => (isBot({ account }) ? "search" : "none"),
      // A message is in its channel when the call ends; what still runs after the deadline is over by then.
      settleWindow: 60_000,
      connect: (form: ConnectionForm, signal) =>
        form.method === "discordBot" ? connectBot(setup, form, signal) : connectWebhook(setup, form, signal),
      check: async (session, signal) => checked(await look(setup, session, signal)),
      publish: (request, signal) => publish(setup, request, signal),
      reconcile: (request, signal) => reconcile(setup, request, signal),
      verify: (session, externalId, signal) => verify(setup, session, externalId, signal),
      measure: (session, externalIds, signal) => measure(setup, session, externalIds, signal),
    };
  },
};

function look(setup: DiscordSetup, session: AccountSession, signal: AbortSignal) {
  const { details } = session.account;
  return isBot(session)
    ? lookAtChannel(setup, session.credentials, details["channelId"] ?? "", signal)
    : lookAtWebhook(setup, session.credentials, details["webhookId"] ?? "", signal);
}
