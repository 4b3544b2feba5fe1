import t from "tap";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { type Atelier, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";
import { fillGallery } from "../support/many-pictures.ts";
import { standInProvider } from "../support/stand-ins.ts";
import { makeImages, rowIdOf } from "../support/studio.ts";

const query = `query ($id: ID!, $month: String!) {
  node(id: $id) { ... on Workspace { imageCosts(month: $month) { costs { amount currency isReported } unknownCount } } } }`;

const costsOf = async (person: Person, id: string, month: string) =>
  (await person.request(query, { id, month })).data.node.imageCosts;

/** Attempts at a picture, each begun at a moment. */
async function addAttempts(
  { services: { db } }: Atelier,
  imageId: string,
  attempts: readonly {
    startedAt: string;
    costState: "REPORTED" | "UNKNOWN" | "NONE" | "RESERVED";
    cost?: bigint;
    currency?: string;
  }[],
) {
  const image = await db.image.findUniqueOrThrow({ where: { id: rowIdOf(imageId) } });
  const { id, workspaceId } = image;
  await db.generationAttempt.createMany({
    data: attempts.map((attempt, index) => ({
      ...{ imageId: id, workspaceId, number: 100 + index, provider: "easel", model: "easel-1" },
      ...attempt,
    })),
  });
}

t.test("a workspace's costs are summed by month and currency", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const [hers, his] = [await personalWorkspace(ada), await personalWorkspace(bob)];
  const [[mine = ""], [other = ""]] = [await makeImages(atelier, ada), await makeImages(atelier, bob)];
  await atelier.services.db.generationAttempt.deleteMany();
  await addAttempts(atelier, mine, [
    { startedAt: "2026-09-30T23:59:59.999Z", costState: "REPORTED", cost: 900_000n, currency: "USD" },
    { startedAt: "2026-10-01T00:00:00.000Z", costState: "REPORTED", cost: 40_000n, currency: "USD" },
    { startedAt: "2026-10-15T12:00:00.000Z", costState: "REPORTED", cost: 10n, currency: "USD" },
    { startedAt: "2026-10-31T23:59:59.999Z", costState: "UNKNOWN", cost: 250_000n, currency: "EUR" },
    { startedAt: "2026-10-02T00:00:00.000Z", costState: "REPORTED", cost: 250_000n, currency: "EUR" },
    { startedAt: "2026-10-03T00:00:00.000Z", costState: "UNKNOWN" },
    { startedAt: "2026-10-04T00:00:00.000Z", costState: "UNKNOWN" },
    { startedAt: "2026-10-05T00:00:00.000Z", costState: "NONE" },
    { startedAt: "2026-10-06T00:00:00.000Z", costState: "RESERVED", cost: 70_000n, currency: "USD" },
    { startedAt: "2026-11-01T00:00:00.000Z", costState: "UNKNOWN", cost: 5_000_000n, currency: "USD" },
  ]);
  await addAttempts(atelier, other, [
    { startedAt: "2026-10-10T00:00:00.000Z", costState: "REPORTED", cost: 7_000_000n, currency: "USD" },
  ]);
  t.same(await costsOf(ada, hers, "2026-10"), {
    costs: [
      { amount: 0.5, currency: "EUR", isReported: false },
      { amount: 0.04001, currency: "USD", isReported: true },
    ],
    unknownCount: 2,
  });
  t.same(await costsOf(ada, hers, "2026-09"), {
    costs: [{ amount: 0.9, currency: "USD", isReported: true }],
    unknownCount: 0,
  });
  t.same(await costsOf(ada, hers, "2026-11"), {
    costs: [{ amount: 5, currency: "USD", isReported: false }],
    unknownCount: 0,
  });
  t.same(await costsOf(ada, hers, "2026-12"), { costs: [], unknownCount: 0 }, "nothing yet");
  t.same(await costsOf(bob, his, "2026-10"), {
    costs: [{ amount: 7, currency: "USD", isReported: true }],
    unknownCount: 0,
  });
  t.equal((await bob.request(query, { id: hers, month: "2026-10" })).data.node, null, "of others nothing is told");
});

t.test("a month is written one way", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const id = await personalWorkspace(ada);
  for (const month of ["", "2026", "2026-13", "2026-00", "2026-1", "10-2026", "2026-10-01", "1926-10", " 2026-10"]) {
    const { data, errors } = await ada.request(query, { id, month });
    t.equal(data.node.imageCosts, null);
    t.match(errors, [{ message: /Write it as year and month, such as 2026-11/ }], month);
  }
});

t.test("the sums are one statement that reads the month alone, also of a hundred thousand pictures", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const id = await personalWorkspace(ada);
  const count = 100_000;
  await fillGallery(atelier, decodeGlobalId(id).id, count);
  // As `fillGallery` makes them: n % 7 below 3 is reported, 3 costs nobody knows how much for certain; n % 3 = 1 in euros.
  const sums = { EUR: 0, USD: 0 };
  for (let n = 0; n < count; n += 1) if (n % 7 <= 3) sums[n % 3 === 1 ? "EUR" : "USD"] += 0.04;
  atelier.statements.clear();
  const { costs } = await costsOf(ada, id, "2026-11");
  const reading = atelier.statements.all().filter((sql) => /generation_attempt/i.test(sql));
  t.equal(reading.length, 1);
  t.match(
    costs.map(({ amount, currency, isReported }: { amount: number; currency: string; isReported: boolean }) => [
      ...[currency, Math.round(amount * 100) / 100, isReported],
    ]),
    [
      ["EUR", Math.round(sums.EUR * 100) / 100, false],
      ["USD", Math.round(sums.USD * 100) / 100, false],
    ],
  );
  const plan = await atelier.services.db.$queryRawUnsafe<{ "QUERY PLAN": string }[]>(
    `explain select sum(cost) from generation_attempt where workspace_id = '${decodeGlobalId(id).id}'
     and started_at >= '2026-11-03' and started_at < '2026-11-04' and cost_state in ('REPORTED', 'UNKNOWN')`,
  );
  t.notMatch(plan.map((row) => row["QUERY PLAN"]).join("\n"), /Seq Scan/, "by an index");
});
