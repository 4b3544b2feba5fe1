/** Mastodon, and servers that speak its language (https://docs.joinmastodon.org). Each server sets its own limits. */
import type { ConnectionMethod } from "../connection.ts";
import type { PlatformContext, PlatformDefinition } from "../platform.ts";
import type { PlatformOption } from "../rules.ts";
import { authorise, check, completeAuthorisation, connect, revoke } from "./connect.ts";
import { measure, measuring } from "./measure.ts";
import { prepare } from "./media.ts";
import { publish, reconcile, verify } from "./publish.ts";
import { wantedScopes } from "./registration.ts";
import { rulesBy } from "./rules.ts";

const methods: readonly ConnectionMethod[] = [
  {
    ...{ name: "mastodon", kind: "REDIRECT", label: "Mastodon sign-in", server: true, scopes: wantedScopes },
    description: "An account on a Mastodon server: its owner signs in there and allows Atelier to post.",
  },
  {
    ...{ name: "mastodonToken", kind: "FORM", label: "Mastodon access token" },
    description: "An account on a Mastodon server, by a token from its settings: Development, New application.",
    fields: [
      { name: "server", required: true, description: "The account's server, such as https://mastodon.social." },
      {
        ...{ name: "accessToken", required: true, secret: true },
        description: `The token of an application with these permissions: ${wantedScopes.join(", ")}.`,
      },
    ],
  },
];

const options: readonly PlatformOption[] = [
  {
    ...{ name: "visibility", kind: "choice" },
    description: "Who sees the post. Default: everybody.",
    values: [
      { value: "public", description: "Everybody, in public lists too." },
      { value: "unlisted", description: "Everybody, but not in public lists." },
      { value: "private", description: "Followers." },
    ],
  },
  { name: "sensitive", kind: "flag", description: "Whether the pictures are hidden until somebody asks for them." },
  {
    ...{ name: "spoilerText", kind: "text", max: 200 },
    description: "Shown in the text's place until somebody asks for it; counts towards the text.",
  },
  {
    ...{ name: "language", kind: "text", max: 8 },
    description: "The language of the text, as a code such as `en`. Default: the account's own.",
  },
];

/** How Mastodon is opened. */
export const mastodon: PlatformDefinition = {
  ...{ name: "mastodon", label: "Mastodon", variables: {}, options, methods, measuring },
  description: "Mastodon servers, and others that speak their language.",
  rules: rulesBy({}),
  rulesFor: ({ details }) => rulesBy(details),
  // Tokens do not end. Mastodon takes 300 posts in three hours.
  ...{ refresh: null, quota: { posts: 300, window: 3 * 60 * 60_000 }, spacing: 0 },
  // A send that is repeated after its hour is refused by the server: its uploads belong to one post only.
  ...{ resendsAfterListedAbsence: true, needsPublicUrl: false, declaresAi: false },
  open({ http, clock, apps, publicUrl }: PlatformContext) {
    const setup = { http, clock, apps, publicUrl };
    return {
      // Others may not know the key.
      capabilityOf: ({ details }) => (details["software"] === "mastodon" ? "keyed" : "search"),
      settleWindow: 120_000,
      connect: (form, signal) => connect(setup, form, signal),
      authorise: (request, signal) => authorise(setup, request, signal),
      completeAuthorisation: (answer, signal) => completeAuthorisation(setup, answer, signal),
      check: (session, signal) => check(setup, session, signal),
      revoke: (session, signal) => revoke(setup, session, signal),
      prepare: (request, signal) => prepare(setup, request, signal),
      publish: (request, signal) => publish(setup, request, signal),
      reconcile: (request, signal) => reconcile(setup, request, signal),
      verify: (session, externalId, signal) => verify(setup, session, externalId, signal),
      measure: (session, externalIds, signal) => measure(setup, session, externalIds, signal),
    };
  },
};
