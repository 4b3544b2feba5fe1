import type { MetricValues } from "../../src/analytics/metric-values.ts";
import { dispatchMetricSyncs } from "../../src/analytics/sync/dispatch-metric-syncs.ts";
import type { MeasureOutcome } from "../../src/platforms/measuring.ts";
import type { Platform } from "../../src/platforms/platform.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import type { Teardown } from "./database.ts";
import { standInPlatform, standInProvider } from "./stand-ins.ts";
import { approvedImages, operations, rowIdOf } from "./studio.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

/** Posts on a social network, in the sandbox's place, whose numbers a test tells. */
export interface MeasuringDesk {
  readonly atelier: Atelier;
  readonly ada: Person;
  readonly socialAccountId: string;
  /** What the platform was asked, in order: the posts' external ids. */
  readonly asked: string[][];
  /** What it answers; until told otherwise `numbers`. */
  answer: (externalIds: readonly string[]) => MeasureOutcome | Promise<MeasureOutcome>;
  /** Numbers that the platform knows, by external id; others it does not find. */
  readonly numbers: Map<string, MetricValues>;
  /** Publishes a post; it has the numbers until they are changed. */
  publish(caption: string, numbers?: MetricValues): Promise<PublishedPost>;
  /** A minute passes, and whatever is due by then is read. */
  sync(): Promise<void>;
  /** The target's analytics as its owner sees them. */
  analytics(post: PublishedPost): Promise<Loose>;
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Loose>;
  requestSync(post: PublishedPost): Promise<Loose>;
}

/** A post that is out. */
export interface PublishedPost {
  readonly postId: string;
  readonly targetId: string;
  readonly targetRow: string;
  readonly externalId: string;
}

/** The fields of a target's analytics. */
const analyticsFields = `latest { metric value } unavailable { metric reason } lastDay { metric value } lastWeek { metric value }
  syncedAt nextSyncAt trouble`;

const unknown = { SHARES: "The sandbox does not tell it." };

/** Opens a desk with one account and one approved picture. */
export async function openMeasuringDesk(
  t: Teardown,
  environment: Readonly<Record<string, string>> = {},
): Promise<MeasuringDesk> {
  const standIn = standInPlatform().platforms.get("showcase");
  if (standIn === undefined) throw new Error("The stand-in stands in for the showcase.");
  const asked: string[][] = [];
  const numbers = new Map<string, MetricValues>();
  const platform: Platform = {
    ...standIn,
    measure: async (_session, externalIds) => {
      asked.push([...externalIds]);
      return desk.answer(externalIds);
    },
  };
  const atelier = await openAtelier(t, {
    ...{ environment, providers: standInProvider(), platforms: new Map([["sandbox", platform]]) },
  });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await approvedImages(atelier, ada);
  const connected = await ada.mutate(operations.connect, { account: { sandbox: { handle: "ada" } } });
  const socialAccountId: string = connected.socialAccount.id;
  const ask = async (query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const { data, errors } = await (await atelier.signIn(ada)).request(query, variables);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const desk: MeasuringDesk = {
    ...{ atelier, ada, socialAccountId, asked, numbers, ask },
    answer: (ids) => ({
      kind: "measured",
      posts: new Map(
        ids.flatMap((id) => (numbers.has(id) ? [[id, { values: numbers.get(id) ?? {}, unknown }] as const] : [])),
      ),
    }),
    publish: async (caption, known = { VIEWS: 0, LIKES: 0, COMMENTS: 0 }) => {
      const made = await (await atelier.signIn(ada)).mutate(operations.create, {
        ...{ caption, images: [{ imageId }], targets: [{ socialAccountId }], schedule: { now: true } },
      });
      await atelier.drain();
      const targetId: string = made.post.targets[0].id;
      const target = await atelier.services.db.postTarget.findUniqueOrThrow({ where: { id: rowIdOf(targetId) } });
      const externalId = target.externalId ?? "";
      numbers.set(externalId, known);
      return { postId: made.post.id, targetId, targetRow: target.id, externalId };
    },
    sync: async () => {
      atelier.clock.advance(60_000);
      await dispatchMetricSyncs(atelier.services);
      await atelier.drain();
    },
    analytics: async ({ targetId }) =>
      (
        await ask(`query ($id: ID!) { node(id: $id) { ... on PostTarget { analytics { ${analyticsFields} } } } }`, {
          id: targetId,
        })
      ).node.analytics,
    requestSync: async ({ postId }) =>
      (await atelier.signIn(ada)).mutate(
        `mutation ($input: SyncPostAnalyticsInput!) { syncPostAnalytics(input: $input) { __typename
          ... on Error { code message } ... on SyncTooSoonError { retryAt } ... on SyncPostAnalyticsSuccess { post { id analytics { targets } } } } }`,
        { postId },
      ),
  };
  return desk;
}
