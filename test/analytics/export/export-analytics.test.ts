import t from "tap";
import { forgetExports } from "../../../src/analytics/export/forget-exports.ts";
import { sweepExports } from "../../../src/analytics/export/sweep-exports.ts";
import { openAtelier, personalWorkspace } from "../../support/atelier.ts";
import { fillWithNumbers } from "../../support/many-numbers.ts";
import { rowIdOf } from "../../support/studio.ts";

const mutation = `mutation ($input: ExportAnalyticsInput!) { exportAnalytics(input: $input) { __typename
  ... on Error { code message } ... on ValidationError { issues { path code } } ... on ExportAnalyticsSuccess { export { id status progress downloadUrl } } } }`;
const look = `query ($id: ID!) { node(id: $id) { ... on MetricExport { status progress rows bytes downloadUrl expiresAt failure } } }`;
const range = { from: "2026-03-03T00:00:00Z", to: "2026-03-05T00:00:00Z" };
const hour = 60 * 60_000;

t.test("a worker writes a file of readings, which its signed address gives out until it expires", async (t) => {
  const atelier = await openAtelier(t);
  const { services, app, clock } = atelier;
  const ada = await atelier.signUp("Ada");
  const workspaceId = rowIdOf(await personalWorkspace(ada));
  const from = new Date("2026-03-01T00:00:00Z");
  await fillWithNumbers(services, { workspaceId, targets: 60, snapshots: 30, from });
  const start = async (format: string) => {
    const asked = await ada.mutate(mutation, { format, range });
    t.match(asked, {
      __typename: "ExportAnalyticsSuccess",
      export: { status: "PENDING", progress: 0, downloadUrl: null },
    });
    return asked.export.id;
  };
  const csv = await start("CSV");
  clock.advance(1_000);
  const json = await start("JSON");
  const list = "{ metricExports(first: 5) { totalCount nodes { id format status rows } } }";
  t.same((await ada.request(list)).data.metricExports, {
    totalCount: 2,
    nodes: [
      { id: json, format: "JSON", status: "PENDING", rows: 0 },
      { id: csv, format: "CSV", status: "PENDING", rows: 0 },
    ],
  });
  await atelier.drain();
  const readings = Array.from({ length: 60 }, (_, n) =>
    Array.from({ length: 30 }, (_each, s) => from.getTime() + 2 * n * hour + (s + 1) * 6 * hour),
  )
    .flat()
    .filter((at) => at >= Date.parse(range.from) && at < Date.parse(range.to)).length;
  const fetched = async (id: string) => {
    const { node } = (await ada.request(look, { id })).data;
    t.match(node, { status: "READY", progress: 1, rows: readings, failure: null });
    const { pathname, search } = new URL(node.downloadUrl);
    const answer = await app.inject({ url: pathname + search });
    t.equal(answer.statusCode, 200);
    t.equal(Number(answer.headers["content-length"]), node.bytes);
    t.match(answer.headers["content-disposition"], /attachment; filename="atelier-metrics-2026-03-03-2026-03-05\./);
    return { answer, url: pathname + search };
  };
  const table = await fetched(csv);
  t.match(table.answer.headers["content-type"], /text\/csv/);
  const lines = table.answer.body.trimEnd().split("\r\n");
  t.equal(lines.length, readings + 1);
  t.same(
    lines.slice(1).map((line) => line.slice(0, 24)),
    lines
      .slice(1)
      .map((line) => line.slice(0, 24))
      .toSorted(),
    "in their order",
  );
  const objects = await fetched(json);
  t.equal(JSON.parse(objects.answer.body).length, readings);

  const grace = await atelier.signUp("Grace");
  t.equal((await grace.request(list)).data.metricExports.totalCount, 0);
  t.equal((await grace.request(look, { id: csv })).data.node, null, "nobody else sees it");
  t.equal(
    (await app.inject({ url: table.url.replace(/s=./, "s=x") })).statusCode,
    404,
    "nor with a signature of their own",
  );
  clock.advance(8 * 24 * hour);
  t.equal((await app.inject({ url: table.url })).statusCode, 404, "it has expired");
  t.equal(await forgetExports(services), 2);
  const left: string[] = [];
  for await (const { key } of services.storage.list("exports/")) left.push(key);
  t.same(left, [], "and its file is gone");
});

t.test("three at a time; what a dead worker left is taken up; a range out of rule is told by its path", async (t) => {
  const atelier = await openAtelier(t);
  const { services, clock } = atelier;
  const ada = await atelier.signUp("Ada");
  const ask = (wanted: object = range) => ada.mutate(mutation, { format: "JSON", range: wanted });
  const first = await ask();
  for (let n = 0; n < 2; n += 1) await ask();
  t.match(await ask(), { __typename: "ConflictError" });
  t.match(await ask({ from: range.from, to: "2029-01-01T00:00:00Z" }), {
    issues: [{ path: ["range"], code: "TOO_LONG" }],
  });
  t.match(await ask({ from: range.to, to: range.from }), {
    issues: [{ path: ["range", "to"], code: "INVALID_RANGE" }],
  });
  const id = rowIdOf(first.export.id);
  await services.db.metricExport.update({ where: { id }, data: { fence: 1, leaseUntil: clock.now() } });
  await services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  clock.advance(61_000);
  t.equal(await sweepExports(services), 3);
  await atelier.drain();
  t.match(
    await services.db.metricExport.findUnique({ where: { id } }),
    { status: "READY", fence: 2, rows: 0 },
    "an empty list is a file as well",
  );
});
