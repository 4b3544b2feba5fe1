import t from "tap";
import { decodeGlobalId } from "../../../src/graphql/ids.ts";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { fillWithNumbers } from "../../support/many-numbers.ts";

const hour = 60 * 60_000;
const range = { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" };
const metrics = "metrics { metric sum targets mean }";

t.test("figures over posts, their times and their pictures are those that one reckons by hand", async (t) => {
  const atelier = await openAtelier(t);
  const { services, statements } = atelier;
  const { db } = services;
  const ada = await atelier.signUp("Ada");
  const workspaceId = decodeGlobalId(await personalWorkspace(ada)).id;
  const from = new Date("2026-03-02T00:00:00Z");
  const count = 240;
  const accounts = await fillWithNumbers(services, { workspaceId, targets: count, snapshots: 1, from });
  const all = Array.from({ length: count }, (_, n) => n);
  await db.$executeRaw`
    update target_metrics as known set "values" = jsonb_build_object('LIKES', n)
      || case n % 2 when 0 then jsonb_build_object('VIEWS', n * 10) else '{}' end
    from generate_series(0, ${count - 1}::int) as n where known.target_id = md5('target' || n)::uuid`;
  const ask = async (query: string, variables: object) => {
    statements.clear();
    const { data, errors } = await ada.request(query, { range, ...variables });
    t.equal(errors, undefined);
    const asked = statements.all().filter((sql) => !/from "public"\."(member|workspace)"/i.test(sql));
    t.equal(asked.length, 1, "one statement beside the look at the membership");
    return Object.values<object[]>(data)[0];
  };
  const statistics = (groupBy: string, timeZone: string | null = null) =>
    ask(
      `query ($range: DateTimeRange!, $groupBy: PostGrouping!, $timeZone: String) {
        postStatistics(range: $range, groupBy: $groupBy, timeZone: $timeZone) {
          key label posts targets published failed missed unclear cancelled waiting awaitingApproval awaitingImages successRate latenessMedian latenessP95 ${metrics} } }`,
      { groupBy, timeZone },
    );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

  t.test("a metric counts over the targets that have it alone", async (t) => {
    const even = all.filter((n) => n % 2 === 0);
    t.match(await statistics("NONE"), [
      {
        ...{ key: "ALL", posts: count, targets: count, published: count, successRate: 1 },
        ...{ latenessMedian: 4.5, latenessP95: 9 },
        metrics: [
          { metric: "VIEWS", sum: sum(even) * 10, targets: count / 2, mean: (sum(even) * 10) / (count / 2) },
          { metric: "LIKES", sum: sum(all), targets: count, mean: sum(all) / count },
        ],
      },
    ]);
    const byPlatform = await statistics("PLATFORM");
    t.match(byPlatform, [
      { key: "BLUESKY", targets: count / 2, metrics: [{ metric: "LIKES", targets: count / 2 }] },
      { key: "SANDBOX", targets: count / 2, metrics: [{ metric: "VIEWS" }, { metric: "LIKES" }] },
    ]);
    const byAccount = await statistics("ACCOUNT");
    t.same(byAccount?.map((each) => "label" in each && each.label).toSorted(), ["even", "odd"]);
    t.ok(accounts.even);
  });

  t.test("hours and weekdays are those of the zone, also where its clocks change", async (t) => {
    const local = (n: number, zone: string) => {
      const parts = new Intl.DateTimeFormat("en", {
        timeZone: zone,
        weekday: "short",
        hour: "2-digit",
        hourCycle: "h23",
      });
      const read = Object.fromEntries(
        parts.formatToParts(new Date(from.getTime() + 2 * n * hour)).map(({ type, value }) => [type, value]),
      );
      return {
        hour: read["hour"] ?? "",
        weekday: String(1 + ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(read["weekday"] ?? "")),
      };
    };
    for (const zone of ["America/New_York", "Asia/Kathmandu"]) {
      for (const [groupBy, part] of [
        ["HOUR", "hour"],
        ["WEEKDAY", "weekday"],
      ] as const) {
        const wanted = new Map<string, number>();
        for (const n of all) wanted.set(local(n, zone)[part], (wanted.get(local(n, zone)[part]) ?? 0) + 1);
        const found = await statistics(groupBy, zone);
        t.same(
          found?.map((each) => "key" in each && "targets" in each && [each.key, each.targets]),
          [...wanted].toSorted(([a], [b]) => a.localeCompare(b)),
          `${groupBy} ${zone}`,
        );
      }
    }
  });

  t.test("what failed, was missed or waits is told apart", async (t) => {
    await db.$executeRaw`update post_target set status = 'FAILED', published_at = null where id in (md5('target1')::uuid, md5('target3')::uuid)`;
    await db.$executeRaw`update post_target set status = 'MISSED', published_at = null where id = md5('target5')::uuid`;
    await db.$executeRaw`update post_target set status = 'CANCELLED', published_at = null where id = md5('target7')::uuid`;
    await db.$executeRaw`update post_target set status = 'SCHEDULED', published_at = null where id = md5('target9')::uuid`;
    t.match(await statistics("NONE"), [
      { failed: 2, missed: 1, cancelled: 1, waiting: 1, published: count - 5, successRate: (count - 5) / (count - 2) },
    ]);
    await db.$executeRaw`update post_target set status = 'AWAITING_APPROVAL', published_at = null where id in (md5('target17')::uuid, md5('target19')::uuid)`;
    await db.$executeRaw`update post_target set status = 'AWAITING_IMAGES', published_at = null where id = md5('target21')::uuid`;
    const ended = { failed: 2, missed: 1, cancelled: 1, published: count - 8, successRate: (count - 8) / (count - 5) };
    t.match(
      await statistics("NONE"),
      [{ ...ended, waiting: 4, awaitingApproval: 2, awaitingImages: 1 }],
      "what is still to come is neither success nor failure",
    );
    const byStatus = await statistics("STATUS");
    t.match(byStatus, [{ key: "PUBLISHED", targets: count - 8 }]);
    t.same(
      Object.fromEntries(
        (byStatus ?? []).map((each) => ("key" in each && "targets" in each ? [each.key, each.targets] : [])),
      ),
      {
        ...{ PUBLISHED: count - 8, FAILED: 2, MISSED: 1, CANCELLED: 1, SCHEDULED: 1 },
        ...{ AWAITING_APPROVAL: 2, AWAITING_IMAGES: 1 },
      },
    );
    const waiting = byStatus?.filter((each) => "key" in each && String(each.key).startsWith("AWAITING"));
    t.match(waiting, [{ successRate: null }, { successRate: null }], "nothing of them ended");
  });

  t.test("the best times make no claim on few samples", async (t) => {
    const times = await ask(
      `query ($range: DateTimeRange!) { bestTimes(metric: VIEWS, range: $range, timeZone: "UTC") { weekday hour samples mean median } }`,
      {},
    );
    // Twelve targets a day for twenty days, of which the even ones have views: every four hours.
    const monday = times?.filter((each) => "weekday" in each && each.weekday === 1);
    t.equal(monday?.length, 6);
    t.match(monday?.[0], { hour: 0, samples: 3, mean: null, median: null }, "three are no ground for a claim");
    await db.$executeRaw`update post_target set published_at = timestamptz '2026-03-02 00:00:00Z' where id in (md5('target2')::uuid, md5('target4')::uuid)`;
    const more = await ask(
      `query ($range: DateTimeRange!) { bestTimes(metric: VIEWS, range: $range, timeZone: "UTC") { weekday hour samples mean median } }`,
      {},
    );
    // Targets 0, 84 and 168, and the two that were moved.
    t.match(more?.[0], { weekday: 1, hour: 0, samples: 5, mean: (0 + 84 + 168 + 2 + 4) * 2, median: 40 });
  });

  t.test("provenance: by style, provider and model, and for what the pictures cost", async (t) => {
    const style = await db.style.create({
      data: { workspaceId, name: "Ink", nameKey: "ink", versions: { create: { number: 1, template: "{prompt}" } } },
      include: { versions: true },
    });
    const picture = async (n: number, facts: object, cost: bigint | null) => {
      const base = {
        workspaceId,
        prompt: "x",
        promptSent: "x",
        status: "GENERATED",
        progressKind: "MEASURED",
      } as const;
      const { id } = await db.image.create({ data: { ...base, batchId: workspaceId, ...facts } });
      const [target] = await db.$queryRaw<
        { id: string }[]
      >`select post_id as id from post_target where id = md5('target' || ${n}::int)::uuid`;
      const position = await db.postImage.count({ where: { postId: target?.id ?? "" } });
      await db.postImage.create({ data: { postId: target?.id ?? "", imageId: id, position } });
      const attempt = {
        imageId: id,
        workspaceId,
        number: 1,
        provider: "p",
        model: "m",
        startedAt: from,
        outcome: "SUCCEEDED",
        costState: "REPORTED",
      } as const;
      if (cost !== null) await db.generationAttempt.create({ data: { ...attempt, cost, currency: "EUR" } });
    };
    const ink = { styleVersionId: style.versions[0]?.id ?? null, provider: "easel", model: "e1" };
    await picture(10, ink, 40_000n);
    await picture(10, ink, 40_000n);
    await picture(11, ink, 20_000n);
    await picture(12, { provider: "easel", model: "e2" }, 10_000n);
    await picture(12, { provider: "sketch", model: "s1" }, null);
    const provenance = (groupBy: string) =>
      ask(
        `query ($range: DateTimeRange!, $groupBy: ProvenanceGrouping!) { provenanceStatistics(range: $range, groupBy: $groupBy) {
          key images targets imagesWithCost costs { amount currency isReported } perCost { metric currency value } ${metrics} } }`,
        { groupBy },
      );
    t.match(await provenance("STYLE"), [
      {
        ...{
          key: "Ink",
          images: 3,
          targets: 2,
          imagesWithCost: 3,
          costs: [{ amount: 0.1, currency: "EUR", isReported: true }],
        },
        metrics: [
          { metric: "VIEWS", sum: 100, targets: 1 },
          { metric: "LIKES", sum: 21, targets: 2 },
        ],
        perCost: [
          { metric: "VIEWS", currency: "EUR", value: 1_250 },
          { metric: "LIKES", currency: "EUR", value: 210 },
        ],
      },
      { key: null, images: 2, targets: 1, imagesWithCost: 1, perCost: [] },
    ]);
    t.match(await provenance("PROVIDER"), [
      { key: "easel", images: 4, targets: 3 },
      { key: "sketch", images: 1, targets: 1, costs: [], perCost: [] },
    ]);
    t.match(await provenance("MODEL"), [
      { key: "easel/e1", targets: 2 },
      { key: "easel/e2", targets: 1 },
      { key: "sketch/s1", targets: 1 },
    ]);
    const { id: tagId } = await db.tag.create({
      data: { workspaceId, name: "Sea", nameKey: "sea", colour: "#0000ff" },
    });
    const tagged = await db.image.findMany({ where: { workspaceId, model: "e1" } });
    await db.imageTag.createMany({ data: tagged.map(({ id: imageId }) => ({ imageId, tagId })) });
    t.match(await provenance("TAG"), [
      { key: "Sea", images: 3, targets: 2, perCost: [{ metric: "VIEWS", value: 1_250 }] },
      { key: null, images: 2, targets: 1 },
    ]);
    for (const [groupBy, key] of Object.entries({ TAG: "Sea", STYLE: "Ink", MODEL: "easel/e1" })) {
      const ofPictures = (await statistics(groupBy))?.find((each) => "key" in each && each.key === key);
      const sums = [
        { metric: "VIEWS", sum: 100, targets: 1 },
        { metric: "LIKES", sum: 21, targets: 2 },
      ];
      const wanted = { key, label: key, targets: 2, posts: 2, metrics: sums };
      t.match(ofPictures, wanted, `a target counts once: ${groupBy}`);
    }
    t.match((await statistics("PROVIDER"))?.slice(1), [
      { key: "easel", targets: 3 },
      { key: "sketch", targets: 1 },
    ]);
  });

  t.test("ranges out of rule are told by their path", async (t) => {
    const query = `query ($range: DateTimeRange!) { postStatistics(range: $range) { key } }`;
    const { errors } = await ada.request(query, {
      range: { from: "2024-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" },
    });
    t.match(errors?.[0]?.extensions, { code: "VALIDATION_FAILED", issues: [{ path: ["range"], code: "TOO_LONG" }] });
    const other = await ada.request(query, { range: { from: "2026-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" } });
    t.match(other.errors?.[0]?.extensions, { issues: [{ path: ["range", "to"], code: "INVALID_RANGE" }] });
  });
});
