import t, { type Test } from "tap";
import { facebookPage, facebookSimulator } from "../../simulators/facebook.ts";
import { facebookApp } from "../../simulators/facebook-people.ts";
import { instagramAccount, instagramSimulator } from "../../simulators/instagram.ts";
import { instagramApp } from "../../simulators/instagram-login.ts";
import { mastodonSimulator } from "../../simulators/mastodon.ts";
import { createTestClock } from "../../support/clock.ts";
import { openSignInDesk, type SignInDesk } from "../../support/sign-in-desk.ts";

/** One way to sign in, with a simulator of its own behind it. */
interface Way {
  readonly desk: SignInDesk;
  readonly platform: string;
  /** What `startConnection` is asked. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The person allows it: what their browser comes back with. */
  allow(url: string): Record<string, string>;
  /** The person unticks something that is indispensable, and allows the rest. */
  untick(): void;
  readonly offences: readonly string[];
  /** The account that comes of it. */
  readonly account: Readonly<Record<string, unknown>>;
  /** How many times the platform was asked for a token. */
  exchanges(): number;
}

const queryOf = (code: string, url: string) => ({ code, state: new URL(url).searchParams.get("state") ?? "" });

async function openInstagram(t: Test, method: "INSTAGRAM" | "INSTAGRAM_WITH_FACEBOOK"): Promise<Way> {
  const simulator = await instagramSimulator(t, createTestClock());
  const { url } = simulator;
  const desk = await openSignInDesk(t, {
    ...{ INSTAGRAM_APP_ID: instagramApp.id, INSTAGRAM_APP_SECRET: instagramApp.secret },
    ...{ FACEBOOK_APP_ID: facebookApp.id, FACEBOOK_APP_SECRET: facebookApp.secret },
    ...{ INSTAGRAM_GRAPH_URL: `${url}/ig`, INSTAGRAM_API_URL: `${url}/api`, FACEBOOK_GRAPH_URL: `${url}/fb` },
  });
  const { login, people, chassis } = simulator;
  const direct = method === "INSTAGRAM";
  return {
    ...{ desk, platform: "instagram", input: { method }, offences: simulator.offences },
    allow: (at) => queryOf(direct ? login.grant(at) : people.grant(at), at),
    untick: () => {
      if (direct) login.declined.add("instagram_business_content_publish");
      else people.declined.add("instagram_content_publish");
    },
    account: {
      ...{ platform: "INSTAGRAM", method, handle: instagramAccount.username, state: "ACTIVE" },
      ...{ url: "https://www.instagram.com/ada.paints/", expiresAt: direct ? String : null },
    },
    exchanges: () =>
      chassis.calls.filter(({ path, fields }) => path === "/oauth/access_token" && "code" in fields).length,
  };
}

async function openFacebook(t: Test): Promise<Way> {
  const simulator = await facebookSimulator(t, createTestClock());
  const { people, chassis, offences } = simulator;
  const desk = await openSignInDesk(t, {
    ...{ FACEBOOK_APP_ID: facebookApp.id, FACEBOOK_APP_SECRET: facebookApp.secret },
    FACEBOOK_GRAPH_URL: `${simulator.url}/fb`,
  });
  return {
    ...{ desk, platform: "facebook", input: { method: "FACEBOOK" }, offences },
    allow: (at) => queryOf(people.grant(at), at),
    untick: () => void people.declined.add("pages_manage_posts"),
    account: {
      ...{ platform: "FACEBOOK", method: "FACEBOOK", handle: facebookPage.username, state: "ACTIVE", expiresAt: null },
      url: "https://www.facebook.com/adas.page",
    },
    exchanges: () =>
      chassis.calls.filter(({ path, fields }) => path === "/oauth/access_token" && "code" in fields).length,
  };
}

async function openMastodon(
  t: Test,
): Promise<Way & { readonly simulator: Awaited<ReturnType<typeof mastodonSimulator>> }> {
  const simulator = await mastodonSimulator(t, createTestClock());
  const desk = await openSignInDesk(t, {});
  const { host } = new URL(simulator.url);
  let scopes: string | null = null;
  return {
    ...{ desk, platform: "mastodon", input: { method: "MASTODON", server: simulator.url } },
    ...{ offences: simulator.offences, simulator },
    allow: (at) => {
      const url = new URL(at);
      if (scopes !== null) url.searchParams.set("scope", scopes);
      return simulator.oauth.allow(url.href);
    },
    untick: () => {
      scopes = "read:accounts read:statuses";
    },
    account: { platform: "MASTODON", method: "MASTODON", handle: `ada@${host}`, state: "ACTIVE", expiresAt: null },
    exchanges: () => simulator.asked.filter(({ path }) => path === "/oauth/token").length,
  };
}

const ways: Readonly<Record<string, (t: Test) => Promise<Way>>> = {
  "Instagram by itself": (t) => openInstagram(t, "INSTAGRAM"),
  "Instagram through Facebook": (t) => openInstagram(t, "INSTAGRAM_WITH_FACEBOOK"),
  "a Facebook Page": openFacebook,
  "a server of Mastodon's": openMastodon,
};

for (const [name, open] of Object.entries(ways)) {
  t.test(`${name}: from the button to the account in the list`, async (t) => {
    const { desk, platform, input, allow, account, offences } = await open(t);
    const { id, url } = await desk.start(input);
    t.match(await desk.attempt(id), { status: "STARTED", choices: [] });
    const { given } = await desk.comeBack(platform, allow(url));
    t.match(given, { connection: id, ticket: String });
    t.same(await desk.accounts(), [], "coming back connects nothing");
    const done = await desk.complete(id, given["ticket"]);
    t.match(done, { __typename: "CompleteConnectionSuccess", connection: { status: "CONNECTED" } });
    t.match(await desk.accounts(), [account]);
    t.same(offences, []);
  });

  t.test(`${name}: a state counts once, in time and at its own platform; a code counts once`, async (t) => {
    const { desk, platform, input, allow, exchanges } = await open(t);
    const expired = { error: "EXPIRED" };
    const { id, url } = await desk.start(input);
    const back = allow(url);
    t.same((await desk.comeBack(platform, { ...back, state: "x".repeat(43) })).given, expired, "a made-up state");
    const elsewhere = platform === "mastodon" ? "instagram" : "mastodon";
    t.same((await desk.comeBack(elsewhere, back)).given, expired, "another platform's callback");
    t.equal(exchanges(), 0, "nothing of that was shown to the platform");
    const { given } = await desk.comeBack(platform, back);
    t.same((await desk.comeBack(platform, back)).given, expired, "the same browser address once more");
    t.equal(exchanges(), 1);
    t.match(await desk.complete(id, "w".repeat(43)), { issues: [{ path: ["ticket"], code: "WRONG" }] });
    t.match(await desk.complete(id, given["ticket"]), { connection: { status: "CONNECTED" } });

    // The code of that sign-in, brought back under the state of another one.
    const second = await desk.start(input);
    const stolen = await desk.comeBack(platform, { ...back, state: second.state });
    t.match(stolen.given, { error: String });
    t.match(await desk.attempt(second.id), { status: "FAILED", failure: { message: /\S/ } });
    // A minute too late.
    const third = await desk.start(input);
    const late = allow(third.url);
    desk.atelier.clock.advance(11 * 60_000);
    t.same((await desk.comeBack(platform, late)).given, expired);
    t.equal((await desk.accounts()).length, 1);
  });

  t.test(`${name}: who denies it, or grants too little, is told so, and nothing is connected`, async (t) => {
    const { desk, platform, input, allow, untick } = await open(t);
    const denied = await desk.start(input);
    const { given } = await desk.comeBack(platform, { error: "access_denied", state: denied.state });
    t.match(given, { error: "DENIED", connection: denied.id });
    t.match(await desk.attempt(denied.id), { status: "FAILED", failure: { code: "DENIED", message: /not granted/ } });
    untick();
    const partial = await desk.start(input);
    const back = await desk.comeBack(platform, allow(partial.url));
    t.match(back.given, { error: "MISSING_SCOPES" });
    t.match((await desk.attempt(partial.id)).failure, { message: /publish|pages_manage_posts|write:statuses/ });
    t.same(await desk.accounts(), []);
  });

  t.test(`${name}: neither a link that somebody sent nor another session connects anything`, async (t) => {
    const { desk, platform, input, allow } = await open(t);
    const eve = await desk.atelier.signUp("Eve");
    const { id, url } = await desk.start(input);
    const { given } = await desk.comeBack(platform, allow(url));
    const mutation = "mutation ($input: CompleteConnectionInput!) { completeConnection(input: $input) { __typename } }";
    const theirs = { connectionId: id, ticket: given["ticket"] };
    t.match(await eve.mutate(mutation, theirs), { __typename: "NotFoundError" });
    const elsewhere = await desk.atelier.signIn(desk.ada);
    t.match(await elsewhere.mutate(mutation, theirs), { __typename: "NotFoundError" });
    t.match(await desk.complete(id), { __typename: "ValidationError" }, "without the browser's ticket");
    t.same(await desk.accounts(), []);
  });
}

t.test("of several Pages some are chosen, and one that is connected again stays one account", async (t) => {
  const simulator = await facebookSimulator(t, createTestClock());
  simulator.people.pages.push(
    { id: "100200301", name: "The Shop", tasks: ["CREATE_CONTENT"] },
    { id: "100200302", name: "Only Watched", tasks: ["ANALYZE"] },
    { id: "100200303", name: "Of a Portfolio", tasks: ["CREATE_CONTENT"], business: "biz1" },
  );
  const desk = await openSignInDesk(t, {
    ...{ FACEBOOK_APP_ID: facebookApp.id, FACEBOOK_APP_SECRET: facebookApp.secret },
    FACEBOOK_GRAPH_URL: `${simulator.url}/fb`,
  });
  const signIn = async () => {
    const { id, url } = await desk.start({ method: "FACEBOOK" });
    const { given } = await desk.comeBack("facebook", queryOf(simulator.people.grant(url), url));
    return { id, asked: await desk.complete(id, given["ticket"]) };
  };
  const first = await signIn();
  const names = first.asked.connection.choices.map(({ name }: { name: string }) => name);
  t.same(names.toSorted(), ["Ada's Page", "Of a Portfolio", "The Shop"], "only those where one may create content");
  t.same(await desk.accounts(), []);
  t.match(await desk.complete(first.id, undefined, ["100200302"]), { issues: [{ path: ["choices", "0"] }] });
  t.match(await desk.complete(first.id, undefined, ["100200301", facebookPage.id]), {
    connection: { status: "CONNECTED" },
    socialAccounts: { length: 2 },
  });
  const second = await signIn();
  await desk.complete(second.id, undefined, [facebookPage.id]);
  t.equal((await desk.accounts()).length, 2);
  t.same(simulator.offences, []);
});

t.test("any server of Mastodon's can be named; what is none is told beside its field", async (t) => {
  const { desk, simulator, allow } = await openMastodon(t);
  const other = await mastodonSimulator(t, createTestClock());
  for (const { url: server, oauth } of [simulator, other]) {
    const { id, url } = await desk.start({ method: "MASTODON", server });
    t.ok(url.startsWith(`${server}/oauth/authorize?`));
    const { given } = await desk.comeBack("mastodon", server === simulator.url ? allow(url) : oauth.allow(url));
    t.match(await desk.complete(id, given["ticket"]), { connection: { status: "CONNECTED" } });
  }
  t.equal((await desk.accounts()).length, 2);
  for (const server of ["not a server", "https://user:word@a.example", `${simulator.url}/about`]) {
    await t.rejects(desk.start({ method: "MASTODON", server }), /"path":\["server"\],"code":"INVALID"/);
  }
  await other.close();
  await t.rejects(desk.start({ method: "MASTODON", server: "http://127.0.0.1:1" }), /PlatformUnavailableError/);
});

t.test("personal accounts of Instagram cannot publish, and are told what to do", async (t) => {
  const simulator = await instagramSimulator(t, createTestClock());
  simulator.login.accountType = "Personal";
  const { url } = simulator;
  const desk = await openSignInDesk(t, {
    ...{ INSTAGRAM_APP_ID: instagramApp.id, INSTAGRAM_APP_SECRET: instagramApp.secret },
    ...{ INSTAGRAM_GRAPH_URL: `${url}/ig`, INSTAGRAM_API_URL: `${url}/api` },
  });
  const started = await desk.start({ method: "INSTAGRAM" });
  await desk.comeBack("instagram", queryOf(simulator.login.grant(started.url), started.url));
  t.match((await desk.attempt(started.id)).failure, { code: "NOT_PROFESSIONAL", message: /business or creator/ });
  await t.rejects(desk.start({ method: "INSTAGRAM_WITH_FACEBOOK" }), /NOT_CONFIGURED/);
});
