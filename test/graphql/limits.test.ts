import t, { type Test } from "tap";
import { createPrepare } from "../../src/graphql/prepare.ts";
import { schema } from "../../src/schema.ts";

const limits = { characters: 15_000, tokens: 1_500, depth: 12, aliases: 30, directives: 50, cost: 10_000 };

/** Whether an operation passes under limits of which one is as given; if not, what it was told. */
function measure(query: string, only: Partial<typeof limits>, variables = {}) {
  const wide = Object.fromEntries(Object.keys(limits).map((limit) => [limit, 1_000_000])) as typeof limits;
  const prepared = createPrepare(schema, { ...wide, ...only })({ query, variables }, { introspection: true });
  return prepared.ok ? "passes" : prepared.errors.map(({ message, extensions }) => ({ message, ...extensions }))[0];
}

/** Asserts what an operation amounts to: it passes under just that, and not under one less. */
function amounts(t: Test, query: string, limit: keyof typeof limits, to: number, variables = {}) {
  t.equal(measure(query, { [limit]: to }, variables), "passes", `${limit} ≤ ${to}: ${query}`);
  t.match(measure(query, { [limit]: to - 1 }, variables), {
    code: "LIMIT_EXCEEDED",
    limit,
    found: to,
    allowed: to - 1,
  });
}

t.test("depth counts fields, not fragments", async (t) => {
  amounts(t, "{ me { workspaces { id } } }", "depth", 3);
  amounts(t, "{ me { ... on User { ...W } } } fragment W on User { workspaces { id } }", "depth", 3);
  amounts(t, "{ a: serverInfo { publicUrl } me { workspaces { id } } }", "depth", 3);
});

t.test("aliases count wherever they hide, each time they are spread", async (t) => {
  amounts(t, "{ a: serverInfo { b: publicUrl } c: me { id } }", "aliases", 3);
  amounts(t, "{ me { ...F ...F } } fragment F on User { a: id b: email }", "aliases", 4);
});

t.test("directives count wherever they stand", async (t) => {
  amounts(
    t,
    "{ me @include(if: true) { ... @skip(if: false) { id } ...F @include(if: true) } } fragment F on User { id @skip(if: true) }",
    "directives",
    4,
  );
});

t.test("cost counts a field once, and what is in a list as often as the list is long", async (t) => {
  amounts(t, "{ serverInfo { publicUrl } }", "cost", 2);
  amounts(t, "{ imageProviders { name label } }", "cost", 1 + 2 * 10);
  amounts(t, "{ images { nodes { id } } }", "cost", 1 + 20 * (1 + 1));
  amounts(t, "{ images(first: 5) { edges { node { id prompt } } } }", "cost", 1 + 5 * (1 + 1 + 2));
  amounts(t, '{ nodes(ids: ["a", "b", "c"]) { id } }', "cost", 1 + 3);
  amounts(t, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", "cost", 1 + 4, { ids: ["a", "b", "c", "d"] });
  amounts(t, "{ images(last: 7) { totalCount } }", "cost", 1 + 7);
  amounts(t, "{ images(first: 100) { ...C } } fragment C on ImageConnection { totalCount }", "cost", 101);
});

t.test("a list counts for as long as its field says it usually is", async (t) => {
  amounts(t, "{ posts(first: 5) { nodes { targets { id } } } }", "cost", 1 + 5 * (1 + 1 + 3));
  const week = 'from: "2027-03-01", to: "2027-03-07"';
  amounts(t, `{ calendar(${week}) { days { date } } }`, "cost", 1 + 7 * (1 + 1));
  amounts(t, `{ calendar(${week}) { days { entries { at } } } }`, "cost", 1 + 7 * (1 + 1 + 1));
  const asked =
    'query ($from: String = "2027-03-01", $to: String!) { calendar(from: $from, to: $to) { days { date } } }';
  amounts(t, asked, "cost", 1 + 31 * 2, { to: "2027-03-31" });
  amounts(t, asked, "cost", 1 + 1 * 2, { from: "2027-03-31", to: "2027-03-31" });
  for (const to of ["2028-03-31", "2026-03-31", "nonsense", 7]) amounts(t, asked, "cost", 1 + 62 * 2, { to });
});

/** What a page of posts asks for that shows everything about them. */
const wholePage = `query ($first: Int = 20) { posts(first: $first, orderBy: SCHEDULED_DESC) { totalCount
  pageInfo { hasNextPage endCursor }
  nodes { id caption status approvalState version scheduledAt createdAt updatedAt author { id displayName }
    images { altText image { id status thumb: url(variant: THUMB) width height } }
    targets { id status caption scheduledAt publishedAt permalink failure { code message retryable }
      risk { code message } socialAccount { id platform handle name state url }
      preview { text link images { url mimeType width height altText isMadeOver } }
      attempts { number state outcome message sentAt answeredAt }
      analytics { latest { metric value } syncedAt trouble } } } } }`;

/** What a page with a month's calendar asks for. */
const wholeCalendar = `query ($from: String!, $to: String!) { calendar(from: $from, to: $to) { timeZone attention { id handle state lastError }
  days { date quotas { used allowed left socialAccount { id handle } }
    entries { at localTime notes clashes { at postId occurrenceId socialAccountId } socialAccounts { id handle platform state }
      post { id caption status approvalState scheduledAt images { image { id thumb: url(variant: THUMB) } }
        targets { id status scheduledAt risk { message } socialAccount { id handle name platform state } } }
      occurrence { id localTime state reason version schedule { id name } } } } } }`;

t.test("what ordinary pages ask for passes with room, and what nobody needs does not", async (t) => {
  const page = measure(wholePage, { cost: 0 });
  const calendar = measure(wholeCalendar, { cost: 0 }, { from: "2027-03-01", to: "2027-05-01" });
  for (const [what, amount] of Object.entries({ page, calendar })) {
    t.match(amount, { limit: "cost" }, JSON.stringify(amount));
    const { found } = Object(amount);
    t.ok(found < 0.7 * limits.cost, `${what}: ${found}`);
  }
  const abusive =
    "query ($from: String!, $to: String!) { calendar(from: $from, to: $to) { days { entries { post { decisions(first: 100) { nodes { id reason } } } } } } }";
  t.match(measure(abusive, limits), { code: "LIMIT_EXCEEDED", limit: "cost", allowed: limits.cost });
});

t.test("a page size cannot hide in a variable", async (t) => {
  const query = "query ($n: Int = 100) { images(first: $n) { totalCount } }";
  amounts(t, query, "cost", 101);
  amounts(t, query, "cost", 6, { n: 5 });
  amounts(t, "query ($n: Int) { images(first: $n) { totalCount } }", "cost", 21);
  amounts(t, "query ($n: Int) { images(first: $n) { totalCount } }", "cost", 101, { n: 2_000_000 });
  amounts(t, "query ($n: Int) { images(last: $n, first: 2) { totalCount } }", "cost", 91, { n: 90 });
});

t.test("fragments that double each other cost what they are, in no time", async (t) => {
  const doubling = Array.from({ length: 25 }, (_, n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`);
  const query = `{ me { ...F0 } } ${doubling.join(" ")} fragment F25 on User { id }`;
  const started = performance.now();
  t.match(measure(query, { cost: 10_000 }), { code: "LIMIT_EXCEEDED", limit: "cost", found: 1 + 2 ** 25 });
  t.ok(performance.now() - started < 5_000);
});

t.test("a document has a largest size, in characters and in tokens", async (t) => {
  amounts(t, `{ me { id } } #${"x".repeat(85)}`, "characters", 100);
  t.equal(measure("{ me { id } }", { tokens: 8 }), "passes");
  t.match(measure("{ me { id email } }", { tokens: 6 }), {
    ...{ code: "LIMIT_EXCEEDED", limit: "tokens", allowed: 6 },
    message: "The operation is too large (tokens: 7); this server allows 6. Ask for less at a time.",
  });
});

t.test("the worst document within the limits of tokens is refused or done quickly", async (t) => {
  const worst = {
    "one field over and over": `{ ${"me { id } ".repeat(370)} }`,
    "nesting that never ends": `{ ${"me { workspaces { ".repeat(300)}`,
    "fields that may conflict": `{ me { ${Array.from({ length: 240 }, (_, n) => `...F${n % 40}`).join(" ")} } } ${Array.from({ length: 40 }, (_, n) => `fragment F${n} on User { workspaces { id name role } ...F${n + 1} }`).join(" ")} fragment F40 on User { id }`,
  };
  for (const [what, query] of Object.entries(worst)) {
    const started = performance.now();
    createPrepare(schema, limits)({ query }, { introspection: true });
    const took = performance.now() - started;
    t.ok(took < 5_000, `${what}: ${took.toFixed(0)} ms`);
  }
});
