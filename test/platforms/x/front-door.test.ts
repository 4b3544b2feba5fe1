/** X through GraphQL: signing in, scheduling, publishing, being refused; the platform is opened by the server's own settings. */
import t, { type Test } from "tap";
import { dispatchMetricSyncs } from "../../../src/analytics/sync/dispatch-metric-syncs.ts";
import { dispatchDueTargets } from "../../../src/publishing/dispatch-due-targets.ts";
import { sweepTargets } from "../../../src/publishing/sweep-targets.ts";
import { sweepAccounts } from "../../../src/social-accounts/refresh/sweep-accounts.ts";
import { xSimulator } from "../../simulators/x.ts";
import { xApp } from "../../simulators/x-oauth.ts";
import { accountOperations } from "../../support/account-operations.ts";
import { openAtelier, type Person } from "../../support/atelier.ts";
import { createTestClock } from "../../support/clock.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import { approvedImages, operations, postNow, rowIdOf } from "../../support/studio.ts";

const minute = 60_000;

/** An Atelier whose operator set up an app at X, and Ada with an account there. */
async function open(t: Test, environment: Readonly<Record<string, string>> = {}) {
  const clock = createTestClock();
  const simulator = await xSimulator(t, clock);
  const atelier = await openAtelier(t, {
    providers: standInProvider(),
    environment: {
      ...{ X_CLIENT_ID: xApp.id, X_CLIENT_SECRET: xApp.secret },
      ...{ X_API_URL: simulator.url, X_LOGIN_URL: "https://x.example" },
      ...environment,
    },
  });
  clock.set(atelier.clock.now());
  const ada = await atelier.signUp("Ada");
  /** Moves both clocks, with a worker at each step. */
  const pass = async (milliseconds: number, step = milliseconds) => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      atelier.clock.advance(step);
      clock.set(atelier.clock.now());
      await sweepAccounts(atelier.services);
      await dispatchDueTargets(atelier.services);
      await sweepTargets(atelier.services);
      await atelier.drain();
    }
  };
  return { simulator, atelier, ada, pass, as: () => atelier.signIn(ada) };
}
type Desk = Awaited<ReturnType<typeof open>>;

/** Signs in at X and comes back; answers what connecting ended with. */
async function connect({ simulator, atelier, ada }: Desk) {
  const { authorisationUrl, connection } = await ada.mutate(accountOperations.start, { method: "X" });
  const query = simulator.oauth.allow(authorisationUrl);
  const returned = await atelier.app.inject(`/connect/x/callback?${new URLSearchParams(query)}`);
  const given = new URLSearchParams((returned.headers.location ?? "").split("#")[1]);
  const input = { connectionId: connection.id, ticket: given.get("ticket") };
  return ada.mutate(accountOperations.complete, input);
}

const postQuery = `query ($id: ID!) { node(id: $id) { ... on Post { status targets {
  status permalink externalId failure { code message retryable } socialAccount { state } } } } }`;
const look = async (person: Person, id: string) => (await person.request(postQuery, { id })).data.node;

t.test("from signing in at X to a published post, with access that is renewed on the way", async (t) => {
  const desk = await open(t);
  const { simulator, atelier, ada, pass, as } = desk;
  const connected = await connect(desk);
  t.match(connected.socialAccounts, [
    {
      handle: "ada",
      state: "ACTIVE",
      platform: "X",
      method: "X",
      scopes: ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
    },
  ]);
  const [{ id: socialAccountId }] = connected.socialAccounts;
  const images = (await approvedImages(atelier, ada, 4)).map((imageId, n) => ({ imageId, altText: `Boat ${n}` }));
  const at = new Date(atelier.clock.now().getTime() + 3 * 60 * minute);
  const options = { x: { replySettings: "MENTIONED_USERS" } };
  const created = await ada.mutate(operations.create, {
    ...{ caption: "Four boats ⛵ https://example.org/harbour", images, schedule: { at: at.toISOString() } },
    targets: [{ socialAccountId, options }],
  });
  t.equal(created.post?.status, "SCHEDULED", JSON.stringify(created));
  await pass(3 * 60 * minute, 30 * minute);
  const post = await look(await as(), created.post.id);
  const [public_] = simulator.publicPosts;
  t.match(post, {
    status: "PUBLISHED",
    targets: [{ externalId: public_?.id, permalink: `https://x.com/ada/status/${public_?.id}`, failure: null }],
  });
  t.match(public_, {
    text: "Four boats ⛵ https://example.org/harbour",
    images: 4,
    altTexts: ["Boat 0", "Boat 1", "Boat 2", "Boat 3"],
  });
  t.match(simulator.posts[0]?.fields, { reply_settings: "mentionedUsers", made_with_ai: true });
  const { shown } = simulator.oauth;
  t.ok(shown.length >= 1 && new Set(shown).size === shown.length, "no refresh token is shown twice");
  t.same(simulator.offences, []);

  const disconnect = `mutation ($input: DisconnectSocialAccountInput!) { disconnectSocialAccount(input: $input) { __typename } }`;
  await (await as()).mutate(disconnect, { socialAccountId });
  await pass(2 * 60 * minute);
  t.ok(
    simulator.asked.some(({ path }) => path === "/2/oauth2/revoke"),
    "disconnecting ends access at X",
  );
  const row = await atelier.services.db.socialAccount.findUniqueOrThrow({ where: { id: rowIdOf(socialAccountId) } });
  t.equal(row.credentials, null);
});

for (const { budget, reads } of [
  { budget: {}, reads: true },
  { budget: { X_READS_PER_MONTH: "0" }, reads: false },
]) {
  t.test(
    `numbers are ${reads ? "read within a budget that is there by itself" : "not read where nothing may be spent"}`,
    async (t) => {
      const desk = await open(t, budget);
      const { simulator, atelier, ada, pass, as } = desk;
      t.equal(atelier.services.config.values["X_READS_PER_MONTH"], reads ? 10_000 : 0);
      const { socialAccounts } = await connect(desk);
      const [imageId] = await approvedImages(atelier, ada);
      const { post } = await ada.mutate(operations.create, {
        ...{ caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId: socialAccounts[0].id }] },
        schedule: { now: true },
      });
      await atelier.drain();
      await pass(61 * minute, 61 * minute);
      await dispatchMetricSyncs(atelier.services);
      await atelier.drain();
      const query = `query ($id: ID!) { node(id: $id) { ... on Post { targets { status analytics { trouble latest { metric value } } } } } }`;
      const [target] = (await (await as()).request(query, { id: post.id })).data.node.targets;
      t.equal(target.status, "PUBLISHED");
      t.equal(
        simulator.asked.some(({ method, path }) => method === "GET" && path === "/2/tweets"),
        reads,
      );
      if (reads) t.ok(target.analytics.latest.length > 0, JSON.stringify(target));
      else t.match(target.analytics, { latest: [], trouble: /X bills what is read.*budget of 0 posts a month/ });
      const spent = await atelier.services.db.metricReads.findMany();
      t.match(spent, reads ? [{ platform: "x", reads: 1 }] : []);
    },
  );
}

t.test("what X would refuse is refused at once, with its place", async (t) => {
  const desk = await open(t);
  const { atelier, ada, simulator } = desk;
  const [{ id: socialAccountId }] = (await connect(desk)).socialAccounts;
  const images = (await approvedImages(atelier, ada, 5)).map((imageId) => ({ imageId }));
  const asked = simulator.asked.length;
  const refusal = (post: object) =>
    ada.mutate(operations.create, {
      images: images.slice(0, 1),
      targets: [{ socialAccountId }],
      schedule: { now: true },
      ...post,
    });
  const tooLong = `${"a".repeat(256)} https://example.org/${"b".repeat(100)} 👩‍👩‍👧‍👦`;
  t.match(await refusal({ caption: tooLong }), {
    __typename: "ValidationError",
    issues: [
      {
        path: ["targets", "0", "caption"],
        code: "TOO_LONG",
        message: "The caption has 283 characters as X counts them; X takes at most 280.",
      },
    ],
  });
  t.match(await refusal({ caption: "Buy $ABC and $DEF" }), {
    issues: [{ path: ["targets", "0", "caption"], code: "TOO_MANY_CASHTAGS", message: /takes one/ }],
  });
  t.match(await refusal({ caption: "Five boats", images }), {
    issues: [{ path: ["images"], code: "TOO_MANY", message: "The post has 5 pictures; X takes 1 to 4." }],
  });
  t.match(await refusal({ caption: "A boat", images: [{ ...images[0], altText: "a".repeat(1_001) }] }), {
    issues: [{ path: ["images", "0", "altText"], code: "TOO_LONG", message: /1001 characters; X takes at most 1000/ }],
  });
  t.equal(simulator.asked.length, asked, "X heard nothing of it");
});

t.test("an answer that is lost is looked up, and what X refuses is told", async (t) => {
  const desk = await open(t);
  const { simulator, atelier, ada, pass, as } = desk;
  const [{ id: socialAccountId }] = (await connect(desk)).socialAccounts;
  const [imageId = ""] = await approvedImages(atelier, ada);
  const create = async (caption: string) => {
    const input = postNow({ caption, imageId, socialAccountId });
    const { post } = await (await as()).mutate(operations.create, input);
    await atelier.drain();
    return post.id;
  };
  simulator.arm({ kind: "drop-after-effect" });
  const lost = await create("A boat.");
  t.equal((await look(await as(), lost)).status, "PUBLISHING");
  await pass(4 * minute, minute);
  t.match(await look(await as(), lost), {
    status: "PUBLISHED",
    targets: [{ externalId: simulator.publicPosts[0]?.id }],
  });

  const twice = await create("A boat.");
  t.match(await look(await as(), twice), {
    status: "FAILED",
    targets: [
      { failure: { code: "DUPLICATE_CONTENT", message: /Change the text/ }, socialAccount: { state: "ACTIVE" } },
    ],
  });

  simulator.server.credits = false;
  const unpaid = await create("A ship.");
  t.match(await look(await as(), unpaid), {
    targets: [{ status: "SCHEDULED", failure: { code: "RATE_LIMITED", message: /credits/ } }],
  });
  simulator.server.credits = true;
  await pass(16 * minute, 4 * minute);
  t.match(await look(await as(), unpaid), { status: "PUBLISHED" });

  simulator.arm({ kind: "rate-limit", retryAfterSeconds: 300 });
  const limited = await create("A raft.");
  t.match(await look(await as(), limited), { targets: [{ status: "SCHEDULED", failure: { code: "RATE_LIMITED" } }] });
  await pass(6 * minute, minute);
  t.match(await look(await as(), limited), { status: "PUBLISHED" });

  simulator.arm({ kind: "unauthorized" });
  const ended = await create("A canoe.");
  t.match(await look(await as(), ended), {
    status: "FAILED",
    targets: [{ failure: { code: "UNAUTHORIZED", retryable: true }, socialAccount: { state: "NEEDS_RECONNECT" } }],
  });
  t.equal(simulator.publicPosts.length, 3);
  t.same(simulator.offences, []);
});

t.test("without an app X is listed as what it needs", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const { data } = await ada.request(
    "{ platforms { platform available missingSettings { name } options { name } metrics { name } declaresAi } }",
  );
  const found = data.platforms.find(({ platform }: { platform: string }) => platform === "X");
  t.match(found, { available: false, missingSettings: [{ name: "X_CLIENT_ID" }, { name: "X_CLIENT_SECRET" }] });
});
