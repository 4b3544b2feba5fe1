/**
 * Facebook Pages (https://developers.facebook.com/docs/pages-api): photos are uploaded unseen, and one call makes the post that
 * shows them. Facebook knows no key of ours, so an interrupted post is looked for by its photos and in the Page's list.
 */
import { z } from "zod";
import type { AccountSession } from "../connection.ts";
import { facebookDialog } from "../meta/facebook-login.ts";
import { createGraph } from "../meta/graph.ts";
import { probeFacebookApp } from "../meta/probe.ts";
import { readTrouble } from "../meta/refusal.ts";
import { facebookApp, metaVariables } from "../meta/settings.ts";
import { createUsageGauge } from "../meta/usage.ts";
import type { Platform, PlatformDefinition } from "../platform.ts";
import type { VerifyOutcome } from "../publication.ts";
import { facebookMetrics, measure } from "./measure.ts";
import { callsOf, check, completeAuthorisation, type Facebook, facebookMethod, facebookScopes, words } from "./page.ts";
import { prepare, publish } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { facebookRules } from "./rules.ts";

const shape = z.object(metaVariables);

/**
 * Facebook as one line of the registry. There is no `revoke`: Meta can only take the whole app away from a person, which would
 * end access to every other Page that the same person connected.
 */
export const facebook: PlatformDefinition = {
  name: "facebook",
  label: "Facebook",
  description: "Facebook Pages: posts with up to ten pictures.",
  variables: metaVariables,
  rules: facebookRules,
  options: [],
  methods: [
    {
      ...{ name: facebookMethod, kind: "REDIRECT", server: false, scopes: facebookScopes },
      ...{ label: "Facebook Page", description: "Sign in at Facebook and choose among the Pages you may post on." },
    },
  ],
  // A Page's token has no end and cannot be renewed; it is asked each day whether it still opens the Page.
  refresh: null,
  quota: null,
  spacing: 30_000,
  resendsAfterListedAbsence: false,
  ...{ needsPublicUrl: false, declaresAi: false },
  measuring: { metrics: facebookMetrics, batch: 10 },
  open({ values: parsed, http, clock }) {
    const values = shape.parse(parsed);
    const app = facebookApp(values);
    if (app === null) return null;
    const host = { baseUrl: values.FACEBOOK_GRAPH_URL, version: values.GRAPH_VERSION, tokenIn: "header" } as const;
    const graph = createGraph({ http, clock, gauge: createUsageGauge() }, { label: words.label, ...host });
    return facebookPlatform({ clock, graph, app, loginUrl: values.FACEBOOK_LOGIN_URL });
  },
};

const facebookPlatform = (self: Facebook): Platform => ({
  capabilityOf: () => "staged",
  settleWindow: 60_000,
  probe: (signal) => probeFacebookApp(self.graph, self.app, signal),
  authorise: (request) => Promise.resolve(facebookDialog(self, request, facebookScopes)),
  completeAuthorisation: (answer, signal) => completeAuthorisation(self, answer, signal),
  check: (session, signal) => check(self, session, signal),
  prepare: (request, signal) => prepare(self, request, signal),
  publish: (request, signal) => publish(self, request, signal),
  reconcile: (request, signal) => reconcile(self, request, signal),
  verify: (session, externalId, signal) => verify(self, session, externalId, signal),
  measure: (session, externalIds, signal) => measure(self, session, externalIds, signal),
});

const postShape = z.object({
  id: z.string(),
  permalink_url: z.string().nullish().catch(null),
  is_published: z.boolean().catch(true),
});

async function verify(
  self: Facebook,
  session: AccountSession,
  externalId: string,
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  const { graph, token, account } = callsOf(self, session);
  const fields = { fields: "id,permalink_url,is_published" };
  const answer = await graph.get({ path: `/${externalId}`, fields, token, account, signal });
  if (answer.kind !== "answered") {
    const { kind, message } = readTrouble(answer, words, token);
    return { kind: kind === "missing" ? "gone" : "unavailable", message };
  }
  const post = postShape.safeParse(answer.json).data;
  if (post === undefined) return { kind: "unavailable", message: "Facebook gave an answer that could not be read." };
  if (!post.is_published) return { kind: "gone", message: "The post is there, but hidden." };
  return { kind: "there", permalink: post.permalink_url ?? null };
}
