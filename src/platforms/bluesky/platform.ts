/** Bluesky, and every other server of the AT Protocol (https://docs.bsky.app). */
import { z } from "zod";
import type { ConnectionMethod } from "../connection.ts";
import type { PlatformContext, PlatformDefinition } from "../platform.ts";
import type { PlatformOption } from "../rules.ts";
import { measure, measuring } from "./measure.ts";
import { prepare, publish, reconcile, verify } from "./publish.ts";
import { check, connect, refresh, revoke } from "./session.ts";
import { captionRules } from "./text.ts";
import { probe } from "./xrpc.ts";

const origin = z
  .url({ protocol: /^https?$/, error: "must be a URL that starts with http:// or https://" })
  .refine((text) => URL.canParse(text) && new URL(text).pathname === "/", "must have no path")
  .transform((text) => new URL(text).origin);

const variables = {
  BLUESKY_SERVER: origin
    .default("https://bsky.social")
    .describe("Server of Bluesky accounts whose owner names no other one."),
  BLUESKY_APPVIEW: origin
    .default("https://public.api.bsky.app")
    .describe("Where the public numbers of Bluesky posts are read."),
} as const;

const settings = z.object(variables);

const method: ConnectionMethod = {
  ...{ name: "bluesky", kind: "FORM", label: "Bluesky app password" },
  description: "A Bluesky account on any server, by an app password: Settings, Privacy and security, App passwords.",
  fields: [
    {
      ...{ name: "server", required: false },
      description: "The account's server, such as https://bsky.social. Default: the one that this installation names.",
    },
    { name: "identifier", required: true, description: "The handle, such as alice.bsky.social, or the mail address." },
    {
      ...{ name: "appPassword", required: true, secret: true },
      description: "An app password. It is exchanged for a session at once and not kept.",
    },
  ],
};

const options: readonly PlatformOption[] = [
  {
    ...{ name: "languages", kind: "texts", max: 20, maxItems: 3 },
    description: "Languages of the text, as BCP 47 tags such as `en` or `pt-BR`; at most three.",
  },
  {
    ...{ name: "contentLabel", kind: "choice" },
    description: "A warning that the post carries; readers choose what they see.",
    values: [
      { value: "sexual", description: "Suggestive, without nudity." },
      { value: "nudity", description: "Nudity that is not sexual, such as in art." },
      { value: "porn", description: "Explicit." },
      { value: "graphic_media", description: "Violence or gore." },
    ],
  },
];

const minute = 60_000;

/** How Bluesky is opened. */
export const bluesky: PlatformDefinition = {
  ...{ name: "bluesky", label: "Bluesky", variables, options, methods: [method], measuring },
  description: "Bluesky and other servers of the AT Protocol.",
  rules: {
    caption: captionRules,
    images: {
      // The lexicon allows 2,000,000 bytes since spring 2026, servers that were not updated still 1,000,000.
      ...{ min: 1, max: 4, mimes: ["image/jpeg", "image/png", "image/webp"], maxBytes: 950_000 },
      ...{ maxWidth: 4_096, maxHeight: 4_096, minWidth: 1, ratio: null, oneRatio: false },
    },
    altText: { required: false, max: 2_000 },
  },
  // An access token lives for two hours; renewing early leaves time for a server that is away.
  refresh: { ahead: 30 * minute, notBefore: 0 },
  // 5,000 points an hour, a new record costs three.
  quota: { posts: 1_666, window: 60 * minute },
  ...{ spacing: 0, resendsAfterListedAbsence: false, needsPublicUrl: false, declaresAi: false },
  open({ values, http, clock }: PlatformContext) {
    const { BLUESKY_SERVER: defaultServer, BLUESKY_APPVIEW: appView } = settings.parse(values);
    const setup = { http, clock, defaultServer, appView };
    return {
      capabilityOf: () => "keyed",
      // A record is there when the call ends; what a server still works on after the deadline is over by then.
      settleWindow: minute,
      probe: (signal) => probe(setup, signal),
      connect: (form, signal) => connect(setup, form, signal),
      check: (session, signal) => check(setup, session, signal),
      refresh: (session, signal) => refresh(setup, session, signal),
      revoke: (session, signal) => revoke(setup, session, signal),
      prepare: (request, signal) => prepare(setup, request, signal),
      publish: (request, signal) => publish(setup, request, signal),
      reconcile: (request, signal) => reconcile(setup, request, signal),
      verify: (session, externalId, signal) => verify(setup, session, externalId, signal),
      measure: (_session, externalIds, signal) => measure(setup, externalIds, signal),
    };
  },
};
