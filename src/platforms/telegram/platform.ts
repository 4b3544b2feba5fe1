/** Telegram channels, through a bot that its owner made (https://core.telegram.org/bots/api). */
import { z } from "zod";
import { apiAddress } from "../api-address.ts";
import type { ConnectionMethod } from "../connection.ts";
import type { PlatformContext, PlatformDefinition } from "../platform.ts";
import type { PlatformOption } from "../rules.ts";
import { check, connect } from "./channel.ts";
import { publish, reconcile } from "./publish.ts";

const variables = {
  TELEGRAM_API_URL: apiAddress
    .default("https://api.telegram.org")
    .describe("Where Telegram's Bot API is; a server of one's own may be named."),
} as const;

const settings = z.object(variables);

const method: ConnectionMethod = {
  ...{ name: "telegram", kind: "FORM", label: "Telegram bot" },
  description:
    "A Telegram channel, through a bot made with @BotFather that is an administrator of the channel and may post messages.",
  fields: [
    {
      ...{ name: "botToken", required: true, secret: true },
      description: "The bot's token, such as 123456789:AAE…; @BotFather shows it.",
    },
    {
      ...{ name: "channel", required: true },
      description:
        "The channel: @name, its number, which begins with -100, or a link to one of its posts. A bot of several channels is connected once for each.",
    },
  ],
};

const options: readonly PlatformOption[] = [
  { name: "silent", kind: "flag", description: "Whether subscribers get the post without a sound." },
  { name: "spoiler", kind: "flag", description: "Whether the pictures are covered until somebody taps them." },
  { name: "captionAbove", kind: "flag", description: "Whether the text stands above the pictures instead of below." },
  { name: "protected", kind: "flag", description: "Whether the post can be neither forwarded nor saved." },
];

const minute = 60_000;

/** How Telegram is opened. */
export const telegram: PlatformDefinition = {
  ...{ name: "telegram", label: "Telegram", variables, options, methods: [method] },
  description: "Channels on Telegram.",
  rules: {
    // Entities are placed in UTF-16 units. Reports differ on whether the limit counts them or code points; units are the stricter.
    caption: { max: 1_024, unit: "UTF-16 units", measure: (caption) => caption.length },
    images: {
      // Telegram takes 10 MB, and shows at most 2,560 pixels of it. An album goes out in one request that must be over in seconds.
      ...{ min: 0, max: 10, mimes: ["image/jpeg", "image/png"], maxBytes: 2_000_000 },
      ...{ maxWidth: 2_560, maxHeight: 2_560, minWidth: 1, ratio: { min: 1 / 20, max: 20 }, oneRatio: false },
    },
    altText: { required: false, max: 0 },
  },
  // A token lives until its owner has another one made. The Bot API has no way to end one; @BotFather does.
  refresh: null,
  // 20 messages a minute to one chat, one a second (https://core.telegram.org/bots/faq).
  ...{ quota: { posts: 20, window: minute }, spacing: 1_000 },
  ...{ resendsAfterListedAbsence: false, needsPublicUrl: false, declaresAi: false },
  // Nothing is counted for bots. Views and forwards stand in no answer; reactions come only as updates, which whoever made the bot
  // may be reading, and each update can be read once; comments are messages of another chat.
  measuring: null,
  open({ values, http, clock }: PlatformContext) {
    const setup = { http, clock, api: settings.parse(values).TELEGRAM_API_URL };
    return {
      capabilityOf: () => "none",
      // Nothing can be looked up, but somebody who looks for themselves shall find what is on its way.
      settleWindow: 30_000,
      connect: (form, signal) => connect(setup, form, signal),
      check: (session, signal) => check(setup, session, signal),
      publish: (request, signal) => publish(setup, request, signal),
      reconcile,
    };
  },
};
