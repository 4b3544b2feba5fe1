import { randomUUID } from "node:crypto";
import t from "tap";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { type Atelier, joinWorkspace, openAtelier, personalWorkspace } from "../support/atelier.ts";

const query = `query ($workspaceId: ID, $range: DateTimeRange!, $groupBy: ImageGrouping!, $timeZone: String) {
  imageStatistics(workspaceId: $workspaceId, range: $range, groupBy: $groupBy, timeZone: $timeZone) {
    key images generated failed cancelled unfinished approved rejected successRate medianSeconds p95Seconds
    costs { amount currency isReported }
  }
}`;
const range = { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z" };

/** Writes many pictures with their attempts, every property of them a function of its number. */
async function fill({ services: { db } }: Atelier, workspaceId: string, count: number): Promise<void> {
  // Nobody searches here, and keeping words in order takes most of the time.
  await db.$executeRaw`drop index image_search_idx`;
  await db.$executeRaw`alter table image disable trigger image_search`;
  for (let first = 0; first < count; first += 20_000) {
    await db.$executeRaw`
      insert into image (id, workspace_id, batch_id, prompt, prompt_sent, provider, model, progress_kind, status, review_state,
        created_at, requested_width, requested_height, requested_seed)
      select gen_random_uuid(), ${workspaceId}::uuid, gen_random_uuid(), 'n' || n, '', 'p' || n % 3, 'm' || n % 5, 'ESTIMATED',
        (array['GENERATED', 'GENERATED', 'GENERATED', 'FAILED', 'CANCELLED', 'PENDING', 'GENERATING'])[1 + n % 7]::image_status,
        (array['PENDING', 'APPROVED', 'REJECTED'])[1 + n % 3]::review_state,
        '2026-11-01T00:00:00Z'::timestamptz + n % 30 * interval '1 day' + n % 1000 * interval '1 second', 256, 256, n
      from generate_series(${first}::int, ${Math.min(first + 20_000, count) - 1}::int) as n`;
  }
  await db.$executeRaw`
    insert into generation_attempt (id, image_id, workspace_id, number, provider, model, started_at, finished_at, outcome,
      cost_state, cost, currency)
    select gen_random_uuid(), id, workspace_id, 1, provider, model, created_at,
      created_at + (requested_seed % 90 + 1) * interval '1 second',
      (case when status = 'GENERATED' then 'SUCCEEDED' when status = 'FAILED' then 'FAILED' else 'CANCELLED' end)::generation_outcome,
      (case when status = 'GENERATED' then 'REPORTED' when status = 'FAILED' then 'UNKNOWN' else 'NONE' end)::cost_state,
      40000, case when provider = 'p1' then 'EUR' else 'USD' end
    from image where status <> 'PENDING'`;
  await db.$executeRaw`analyze image`;
  await db.$executeRaw`analyze generation_attempt`;
}

/** The same figures, reckoned here from the number alone. */
function expected(count: number, groupOf: (n: number) => string) {
  const groups = new Map<string, number[]>();
  for (let n = 0; n < count; n += 1) {
    const group = groups.get(groupOf(n)) ?? [];
    group.push(n);
    groups.set(groupOf(n), group);
  }
  return [...groups].map(([key, members]) => {
    const having = (...remainders: number[]) => members.filter((n) => remainders.includes(n % 7));
    const seconds = having(0, 1, 2)
      .map((n) => (n % 90) + 1)
      .toSorted((a, b) => a - b);
    const at = (share: number) => {
      const place = share * (seconds.length - 1);
      const [below = 0, above = 0] = [seconds[Math.floor(place)], seconds[Math.ceil(place)]];
      return below + (above - below) * (place - Math.floor(place));
    };
    const generated = having(0, 1, 2).length;
    const failed = having(3).length;
    return {
      ...{
        key,
        images: members.length,
        generated,
        failed,
        cancelled: having(4).length,
        unfinished: having(5, 6).length,
      },
      ...{ approved: members.filter((n) => n % 3 === 1).length, rejected: members.filter((n) => n % 3 === 2).length },
      ...{ successRate: generated / (generated + failed), medianSeconds: at(0.5), p95Seconds: at(0.95) },
    };
  });
}

t.test(
  "figures of a hundred thousand pictures, in one statement each, are those that one reckons by hand",
  async (t) => {
    const count = 100_000;
    const atelier = await openAtelier(t);
    const ada = await atelier.signUp("Ada");
    await fill(atelier, decodeGlobalId(await personalWorkspace(ada)).id, count);
    const ask = async (groupBy: string, timeZone: string | null = null) => {
      atelier.statements.clear();
      const { data, errors } = await ada.request(query, { range, groupBy, timeZone });
      t.equal(errors, undefined);
      const statements = atelier.statements.all().filter((sql) => !/from "public"\."member"/i.test(sql));
      t.equal(statements.length, 1, `${groupBy}: one statement beside the look at the membership`);
      return data.imageStatistics;
    };
    const cases: readonly [string, (n: number) => string][] = [
      ["NONE", () => "ALL"],
      ["PROVIDER", (n) => `p${n % 3}`],
      ["MODEL", (n) => `p${n % 3}/m${n % 5}`],
      ["REVIEW", (n) => ["PENDING", "APPROVED", "REJECTED"][n % 3] ?? ""],
      ["DAY", (n) => `2026-11-${String(1 + (n % 30)).padStart(2, "0")}`],
    ];
    for (const [groupBy, groupOf] of cases) {
      const found = await ask(groupBy);
      const wanted = expected(count, groupOf);
      t.equal(found.length, wanted.length, groupBy);
      for (const figures of wanted) {
        const same = found.find((one: { key: string }) => one.key === figures.key);
        t.match(same, { ...figures, medianSeconds: Number, p95Seconds: Number }, `${groupBy} ${figures.key}`);
        t.ok(Math.abs(same.medianSeconds - figures.medianSeconds) < 1e-6);
        t.ok(Math.abs(same.p95Seconds - figures.p95Seconds) < 1e-6);
      }
    }
    const costs = (await ask("PROVIDER")).find((one: { key: string }) => one.key === "p1").costs;
    const paid = Array.from({ length: count }, (_, n) => n).filter((n) => n % 3 === 1 && n % 7 <= 3).length;
    t.same(
      costs,
      [{ amount: paid * 0.04, currency: "EUR", isReported: false }],
      "failed attempts may have cost as well",
    );
    const generated = (await ask("STATUS")).find((one: { key: string }) => one.key === "GENERATED");
    t.match(generated.costs, [
      { currency: "EUR", isReported: true },
      { currency: "USD", isReported: true },
    ]);
    const days = (await ask("DAY", "Pacific/Kiritimati")).map((one: { key: string }) => one.key);
    t.same(
      [days[0], days.at(-1)],
      ["2026-11-01", "2026-11-30"],
      "fourteen hours ahead, noon of the first is the second",
    );
  },
);

t.test("tags and styles", async (t) => {
  const atelier = await openAtelier(t);
  const { db } = atelier.services;
  const ada = await atelier.signUp("Ada");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  await fill(atelier, workspaceId, 14);
  const images = await db.image.findMany({ orderBy: { requestedSeed: "asc" }, select: { id: true } });
  const colour = "#336699";
  const [red, wet] = await Promise.all(
    ["red", "wet"].map((name) => db.tag.create({ data: { workspaceId, name, nameKey: name, colour } })),
  );
  const versions = {
    create: [
      { number: 1, template: "{prompt}" },
      { number: 2, template: "{prompt}, wet" },
    ],
  };
  const style = await db.style.create({
    data: { workspaceId, name: "Ink", nameKey: "ink", versions },
    include: { versions: true },
  });
  for (const [index, { id }] of images.slice(0, 4).entries()) {
    const tagIds = [red?.id ?? "", ...(index < 2 ? [wet?.id ?? ""] : [])];
    await db.imageTag.createMany({ data: tagIds.map((tagId) => ({ imageId: id, tagId })) });
    await db.image.update({ where: { id }, data: { styleVersionId: style.versions[index % 2]?.id ?? null } });
  }
  const ask = async (groupBy: string) =>
    (await ada.request(query, { range, groupBy })).data.imageStatistics.map((one: { key: string; images: number }) => [
      one.key,
      one.images,
    ]);
  t.same(
    await ask("TAG"),
    [
      [null, 10],
      ["red", 4],
      ["wet", 2],
    ],
    "a picture with two tags counts in both",
  );
  t.same(
    await ask("STYLE"),
    [
      [null, 10],
      ["Ink", 4],
    ],
    "whatever the version",
  );
  await db.image.update({ where: { id: images[0]?.id ?? "" }, data: { trashedAt: new Date() } });
  t.same(await ask("NONE"), [["ALL", 13]], "what is in the trash does not count");
  await db.image.updateMany({
    where: { id: { in: images.map(({ id }) => id) } },
    data: { createdAt: new Date(range.to) },
  });
  t.same(await ask("NONE"), [], "the end of a range does not belong to it");
});

t.test("what cannot be answered", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const viewer = await atelier.signUp("Viewer");
  await joinWorkspace(atelier, viewer, ada, "VIEWER");
  const workspaceId = await personalWorkspace(ada);
  const ask = async (person = ada, changes = {}) =>
    person.request(query, { workspaceId, range, groupBy: "NONE", timeZone: null, ...changes });
  t.same((await ask(viewer)).data.imageStatistics, [], "any member may ask");
  t.match((await ask(bob)).errors, [{ extensions: { code: "NOT_FOUND" } }]);
  t.match((await ask(atelier.nobody)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  for (const [changes, message] of [
    [{ range: { from: range.to, to: range.from } }, /The range ends before it begins/],
    [{ range: { from: "2025-01-01T00:00:00Z", to: "2026-11-01T00:00:00Z" } }, /longer than 366 days/],
    [{ timeZone: "Mars/Olympus" }, /"Mars\/Olympus" is no time zone/],
  ] as const) {
    t.match((await ask(ada, changes)).errors, [{ message, extensions: { code: "VALIDATION_FAILED" } }]);
  }
});

t.test("the history of attempts", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  await fill(atelier, workspaceId, 70);
  const history = `query ($workspaceId: ID, $filter: GenerationHistoryFilter, $after: String) {
    generationHistory(workspaceId: $workspaceId, filter: $filter, first: 25, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { id number provider model outcome costState startedAt finishedAt cost { amount currency isReported } image { id prompt } }
    }
  }`;
  const ask = async (filter = {}, after: string | null = null) =>
    (await ada.request(history, { filter, after })).data.generationHistory;

  t.test("every attempt once, the newest first, a page a statement", async (t) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      atelier.statements.clear();
      const { data } = await ada.request(history.replace("totalCount", ""), { filter: {}, after });
      t.equal(atelier.statements.all().length, 1);
      const { nodes, pageInfo } = data.generationHistory;
      seen.push(...nodes.map((node: { id: string }) => node.id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    t.equal(new Set(seen).size, 60);
    t.equal(seen.length, 60);
  });

  t.test("filters", async (t) => {
    t.match(await ask({ provider: ["p1"], outcome: ["FAILED"] }), { totalCount: 3 });
    const failed = (await ask({ outcome: ["FAILED"] })).nodes[0];
    t.match(failed, { costState: "UNKNOWN", cost: { amount: 0.04, isReported: false } });
    t.equal((await ask({ imageId: failed.image.id })).totalCount, 1);
    t.equal((await ask({ startedBefore: range.from })).totalCount, 0);
    t.equal((await ask({ startedFrom: range.from })).totalCount, 60);
    t.equal((await ask({ failureClass: ["timeout"] })).totalCount, 0);
    t.match((await ada.request(history, { filter: { imageId: ada.id } })).errors, [
      { extensions: { code: "VALIDATION_FAILED" } },
    ]);
  });

  t.test("it is the workspace's alone", async (t) => {
    const [{ id }] = (await ask()).nodes;
    const foreign = await bob.request(history, { workspaceId: await personalWorkspace(ada) });
    t.equal(foreign.data.generationHistory.totalCount, 0);
    const node = "query ($id: ID!) { node(id: $id) { id } }";
    t.same((await bob.request(node, { id })).data.node, null);
    t.same((await ada.request(node, { id })).data.node, { id });
    t.equal(decodeGlobalId(id).typename, "GenerationAttempt");
    t.not(decodeGlobalId(id).id, randomUUID());
  });
});
