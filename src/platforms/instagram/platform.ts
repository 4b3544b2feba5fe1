/**
 * Instagram (https://developers.facebook.com/docs/instagram-platform): professional accounts, with or without a Facebook Page.
 * Pictures are fetched from this server into containers; one call publishes a container, at most once.
 */
import { z } from "zod";
import { apiAddress } from "../api-address.ts";
import type { AccountSession, CheckOutcome, ProbeOutcome } from "../connection.ts";
import type { Measurement, MeasureOutcome, Metric } from "../measuring.ts";
import { createGraph } from "../meta/graph.ts";
import { isTrouble, readInsights } from "../meta/insights.ts";
import { probeFacebookApp, probeGraph } from "../meta/probe.ts";
import { type GraphTrouble, readTrouble } from "../meta/refusal.ts";
import { appId, appSecret, facebookApp, metaVariables } from "../meta/settings.ts";
import { createUsageGauge } from "../meta/usage.ts";
import type { Platform, PlatformContext, PlatformDefinition } from "../platform.ts";
import type { QuotaOutcome, VerifyOutcome } from "../publication.ts";
import {
  callsOf,
  directMethod,
  facebookMethod,
  type Instagram,
  profileShape,
  remoteAccount,
  words,
} from "./account.ts";
import { prepare } from "./containers.ts";
import { inFlight, publish, reconcile } from "./publish.ts";
import { instagramOptions, instagramRules } from "./rules.ts";
import { authorise, completeAuthorisation, directScopes, facebookScopes, refresh } from "./sign-in.ts";

const day = 24 * 60 * 60_000;

const variables = {
  INSTAGRAM_APP_ID: appId
    .optional()
    .describe(
      "Id of an Instagram app (not of the Meta app around it). With its secret, accounts can be connected directly.",
    ),
  INSTAGRAM_APP_SECRET: appSecret.optional().describe("Secret of the app behind INSTAGRAM_APP_ID."),
  INSTAGRAM_GRAPH_URL: apiAddress.default("https://graph.instagram.com").describe("Where Instagram's Graph API is."),
  INSTAGRAM_API_URL: apiAddress
    .default("https://api.instagram.com")
    .describe("Where Instagram exchanges the code of a sign-in for a token."),
  INSTAGRAM_LOGIN_URL: apiAddress.default("https://www.instagram.com").describe("Where people sign in to Instagram."),
  ...metaVariables,
} as const;
const shape = z.object(variables);

/** Of pictures and carousels. */
const metricNames: ReadonlyMap<string, Metric> = new Map([
  ...([["views", "VIEWS"] as const, ["reach", "REACH"], ["likes", "LIKES"], ["comments", "COMMENTS"]] as const),
  ...([["shares", "SHARES"] as const, ["saved", "SAVES"], ["follows", "FOLLOWS"]] as const),
  ["profile_visits", "PROFILE_VISITS"],
]);

/**
 * Instagram as one line of the registry. There is no `revoke`: Meta can only take the whole app away from a person, which
 * would end access to everything else that the same person connected.
 */
export const instagram: PlatformDefinition = {
  name: "instagram",
  label: "Instagram",
  description: "Professional Instagram accounts: single pictures and carousels.",
  variables,
  rules: instagramRules,
  options: instagramOptions,
  methods: [
    {
      ...{ name: directMethod, kind: "REDIRECT", server: false, scopes: directScopes },
      ...{ label: "Instagram", description: "Sign in at Instagram with a business or creator account." },
    },
    {
      ...{ name: facebookMethod, kind: "REDIRECT", server: false, scopes: facebookScopes },
      label: "Instagram with Facebook",
      description: "Sign in at Facebook, for Instagram accounts that are linked to a Facebook Page.",
    },
  ],
  // A token of sixty days is renewed from its seventh day on, once it is a day old.
  refresh: { ahead: 53 * day, notBefore: day },
  // Where an account's own number cannot be read: the least that Meta's pages name.
  quota: { posts: 25, window: day },
  spacing: 60_000,
  // Only a container that ran out unpublished is absent without being certain; what is sent again then is a new one.
  resendsAfterListedAbsence: true,
  needsPublicUrl: true,
  declaresAi: true,
  measuring: { metrics: [...metricNames.values()], batch: 10 },
  open(context) {
    const self = openInstagram(context);
    return self.directLogin === null && self.pageLogin === null ? null : instagramPlatform(self);
  },
};

function openInstagram({ values: parsed, http, clock }: PlatformContext): Instagram {
  const values = shape.parse(parsed);
  const { INSTAGRAM_APP_ID: id, INSTAGRAM_APP_SECRET: secret, GRAPH_VERSION: version } = values;
  const graphs = { http, clock, gauge: createUsageGauge() };
  const onInstagram = { label: words.label, baseUrl: values.INSTAGRAM_GRAPH_URL, tokenIn: "query" } as const;
  const app = facebookApp(values);
  const codeHost = { ...onInstagram, baseUrl: values.INSTAGRAM_API_URL, version: null };
  return {
    clock,
    direct: createGraph(graphs, { ...onInstagram, version }),
    throughFacebook: createGraph(graphs, {
      ...onInstagram,
      baseUrl: values.FACEBOOK_GRAPH_URL,
      version,
      tokenIn: "header",
    }),
    directLogin:
      id === undefined || secret === undefined
        ? null
        : {
            ...{ app: { id, secret }, loginUrl: values.INSTAGRAM_LOGIN_URL },
            codes: createGraph(graphs, codeHost),
            tokens: createGraph(graphs, { ...onInstagram, version: null }),
          },
    pageLogin: app === null ? null : { app, loginUrl: values.FACEBOOK_LOGIN_URL },
  };
}

const instagramPlatform = (self: Instagram): Platform => ({
  capabilityOf: () => "handle",
  settleWindow: inFlight,
  probe: (signal) => probe(self, signal),
  authorise: (request) => Promise.resolve(authorise(self, request)),
  completeAuthorisation: (answer, signal) => completeAuthorisation(self, answer, signal),
  check: (session, signal) => check(self, session, signal),
  refresh: (session, signal) => refresh(self, session, signal),
  prepare: (request, signal) => prepare(self, request, signal),
  publish: (request, signal) => publish(self, request, signal),
  reconcile: (request, signal) => reconcile(self, request, signal),
  verify: (session, externalId, signal) => verify(self, session, externalId, signal),
  quota: (session, signal) => quota(self, session, signal),
  measure: (session, externalIds, signal) => measure(self, session, externalIds, signal),
});

/** Both ways to connect, where both are set up; the worse answer counts. */
async function probe({ direct, throughFacebook, directLogin, pageLogin }: Instagram, signal: AbortSignal) {
  const answers: ProbeOutcome[] = await Promise.all([
    ...(directLogin === null ? [] : [probeGraph(direct, signal)]),
    ...(pageLogin === null ? [] : [probeFacebookApp(throughFacebook, pageLogin.app, signal)]),
  ]);
  const kind = (["refused", "unavailable"] as const).find((bad) => answers.some((answer) => answer.kind === bad));
  return { kind: kind ?? "fine", message: answers.map(({ message }) => message).join(" ") } satisfies ProbeOutcome;
}

async function check(self: Instagram, session: AccountSession, signal: AbortSignal): Promise<CheckOutcome> {
  const { graph, token, account } = callsOf(self, session);
  const { remoteId, method, details } = session.account;
  // An account that signed in itself is asked for as "me"; a Page's token belongs to the Page.
  const path = method === facebookMethod ? `/${account}` : "/me";
  const answer = await graph.get({ path, fields: { fields: "username,name" }, token, account, signal });
  if (answer.kind === "answered") {
    const profile = profileShape.safeParse(answer.json).data;
    if (profile === undefined) return unreadable;
    return { kind: "alive", account: remoteAccount(remoteId, profile, method, details), scopes: null };
  }
  const trouble = readTrouble(answer, words, token);
  return trouble.kind === "missing" ? { kind: "unavailable", message: trouble.message } : trouble;
}

const unreadable = { kind: "unavailable", message: "Instagram gave an answer that could not be read." } as const;

const postShape = z.object({ id: z.string(), permalink: z.string().nullish().catch(null) });

async function verify(
  self: Instagram,
  session: AccountSession,
  externalId: string,
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  const { graph, token, account } = callsOf(self, session);
  const question = { path: `/${externalId}`, fields: { fields: "id,permalink" }, token, account, signal };
  const first = await graph.get(question);
  // A fresh post is now and then not to be seen, and is a moment later.
  const answer = isMissing(first) ? await graph.get(question) : first;
  if (answer.kind !== "answered") {
    const { message } = readTrouble(answer, words, token);
    return { kind: isMissing(answer) ? "gone" : "unavailable", message };
  }
  const post = postShape.safeParse(answer.json).data;
  return post === undefined ? unreadable : { kind: "there", permalink: post.permalink ?? null };
}

const isMissing = (answer: GraphTrouble | { readonly kind: "answered" }): boolean =>
  answer.kind !== "answered" && readTrouble(answer, words).kind === "missing";

const limitShape = z.object({
  data: z.tuple(
    [z.object({ quota_usage: z.number(), config: z.object({ quota_total: z.number().positive() }) })],
    z.unknown(),
  ),
});

async function quota(self: Instagram, session: AccountSession, signal: AbortSignal): Promise<QuotaOutcome> {
  const { graph, token, account } = callsOf(self, session);
  const question = { fields: { fields: "quota_usage,config" }, token, account, signal };
  const answer = await graph.get({ path: `/${account}/content_publishing_limit`, ...question });
  const read = answer.kind === "answered" ? limitShape.safeParse(answer.json).data : undefined;
  if (read === undefined) return { kind: "unknown" };
  const [{ quota_usage: used, config }] = read.data;
  // The window moves: each post comes back a day after it was made, of which nothing is told.
  return { kind: "known", used: Math.min(used, config.quota_total), total: config.quota_total, resetsAt: null };
}

async function measure(
  self: Instagram,
  session: AccountSession,
  externalIds: readonly string[],
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const { graph, token, account } = callsOf(self, session);
  const posts = new Map<string, Measurement>();
  for (const id of externalIds) {
    const numbers = await readInsights(words, metricNames, (metrics) =>
      graph.get({ path: `/${id}/insights`, fields: { metric: metrics.join(",") }, token, account, signal }),
    );
    if (isTrouble(numbers)) return numbers;
    if (numbers !== null) posts.set(id, numbers);
  }
  return { kind: "measured", posts };
}
