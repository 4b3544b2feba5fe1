/**
 * X (https://docs.x.com/x-api): posts with up to four pictures. X knows no key of ours and charges for each call, so an
 * interrupted post is looked for among the account's own by the pictures that were uploaded for it.
 */
import type { Platform, PlatformDefinition } from "../platform.ts";
import { check } from "./account.ts";
import { measure, measuring } from "./measure.ts";
import { prepare } from "./media.ts";
import { publish } from "./publish.ts";
import { reconcile, verify } from "./reconcile.ts";
import { rulesBy, xOptions } from "./rules.ts";
import { openX, type X, xVariables } from "./setup.ts";
import { authorise, completeAuthorisation, refresh, revoke, wantedScopes } from "./sign-in.ts";

const minute = 60_000;

/** X as one line of the registry. */
export const x: PlatformDefinition = {
  ...{ name: "x", label: "X", variables: xVariables, options: xOptions, measuring },
  description:
    "X accounts: posts with up to four pictures. X charges this server's app for each post, and far more for one with a link.",
  rules: rulesBy({}),
  rulesFor: ({ details }) => rulesBy(details),
  methods: [
    {
      ...{ name: "x", kind: "REDIRECT", server: false, scopes: wantedScopes, label: "X" },
      description: "Sign in at X and allow Atelier to post.",
    },
  ],
  // Access lives for two hours. A refresh token counts once, so it is used late and rarely.
  refresh: { ahead: 10 * minute, notBefore: 0 },
  quota: { posts: 100, window: 15 * minute },
  ...{ spacing: 0, resendsAfterListedAbsence: false, needsPublicUrl: false, declaresAi: true },
  open(context) {
    const self = openX(context);
    return self === null ? null : xPlatform(self);
  },
};

const xPlatform = (self: X): Platform => ({
  capabilityOf: () => "detects",
  settleWindow: minute,
  authorise: (request) => Promise.resolve(authorise(self, request)),
  completeAuthorisation: (answer, signal) => completeAuthorisation(self, answer, signal),
  check: (session, signal) => check(self, session, signal),
  refresh: (session, signal) => refresh(self, session, signal),
  revoke: (session, signal) => revoke(self, session, signal),
  prepare: (request, signal) => prepare(self, request, signal),
  publish: (request, signal) => publish(self, request, signal),
  reconcile: (request, signal) => reconcile(self, request, signal),
  verify: (session, externalId, signal) => verify(self, session, externalId, signal),
  measure: (session, externalIds, signal) => measure(self, session, externalIds, signal),
});
