import t from "tap";
import { encodeGlobalId } from "../../src/graphql/ids.ts";
import { openScheduleDesk } from "../support/schedule-desk.ts";
import { missingId, operations } from "../support/studio.ts";

const query = `query ($input: PreviewPostingScheduleInput!) { previewPostingSchedule(input: $input) {
  issues { path code } dates { localTime at kind clashes { socialAccountId postId occurrenceId at } quotas { socialAccountId used allowed hours isExceeded } } } }`;

t.test("a preview shows gaps, repeated hours, clashes and quotas before anything is saved", async (t) => {
  const desk = await openScheduleDesk(t);
  const { accountId, atelier } = desk;
  const ada = await desk.ada();
  const preview = async (input: object) =>
    (await ada.request(query, { input: { timeZone: "Europe/Paris", ...input } })).data.previewPostingSchedule;
  const rule = (text: string, firstAt: string) => ({ recurrence: { rule: { text, firstAt } } });

  const daily = await preview({ ...rule("FREQ=DAILY", "2027-03-27T02:30"), count: 3 });
  t.same(
    daily.dates.map(({ localTime, at, kind }: Record<string, string>) => `${localTime} ${at} ${kind}`),
    [
      "2027-03-27T02:30:00 2027-03-27T01:30:00.000Z NORMAL",
      "2027-03-28T02:30:00 2027-03-28T01:00:00.000Z SKIPPED_GAP",
      "2027-03-29T02:30:00 2027-03-29T00:30:00.000Z NORMAL",
    ],
  );
  const autumn = await preview({ ...rule("FREQ=DAILY;COUNT=1", "2027-10-31T02:30") });
  t.match(autumn.dates, [{ at: "2027-10-31T00:30:00.000Z", kind: "REPEATED_HOUR" }]);

  const post = {
    caption: "A boat.",
    images: [{ imageId: desk.imageIds[0] }],
    targets: [{ socialAccountId: accountId }],
  };
  const near = await ada.mutate(operations.create, { ...post, schedule: { at: "2027-03-08T08:10:00Z" } });
  await ada.mutate(operations.create, { ...post, schedule: { at: "2027-03-08T08:15:00Z" } });
  const saved = await desk.create();
  const [, , third] = await desk.dates(saved.id);
  const mondays = { ...rule("FREQ=WEEKLY", "2027-03-08T09:00"), count: 2, socialAccountIds: [accountId] };
  const clashes = async (other = {}) =>
    (await preview({ ...mondays, ...other })).dates.map((date: { clashes: object[] }) => date.clashes);
  const [one, two] = await clashes();
  t.equal(
    one.length,
    2,
    "the post ten minutes later and the other schedule's date; a quarter of an hour is far enough",
  );
  t.match(one, [
    { at: "2027-03-08T08:00:00.000Z" },
    { socialAccountId: accountId, postId: near.post.id, occurrenceId: null },
  ]);
  t.match(two, [{ postId: null, occurrenceId: third.id }]);
  t.same((await clashes({ postingScheduleId: saved.id }))[1], [], "a schedule does not clash with itself");

  atelier.statements.clear();
  await preview({ ...mondays, count: 100 });
  const hundred = atelier.statements.all().length;
  atelier.statements.clear();
  await preview(mondays);
  t.equal(atelier.statements.all().length, hundred, "however many dates");

  t.match((await preview(rule("FREQ=DAILY;BYHOUR=9", "2027-03-08T09:00"))).issues, [
    { path: ["recurrence", "rule", "text"], code: "UNSUPPORTED_RULE" },
  ]);
  t.match((await preview({ ...mondays, count: 101 })).issues, [{ path: ["count"], code: "TOO_LARGE" }]);
  t.match((await preview({ ...mondays, timeZone: "+01:00" })).issues, [
    { path: ["timeZone"], code: "UNKNOWN_TIME_ZONE" },
  ]);
  const foreign = await ada.request(query, {
    input: { timeZone: "UTC", ...mondays, socialAccountIds: [missingId("SocialAccount")] },
  });
  t.match(foreign.errors, [{ extensions: { code: "NOT_FOUND", issues: [{ path: ["socialAccountIds", "0"] }] } }]);
});

t.test("what a platform takes of an account in a day is told for each date", async (t) => {
  const desk = await openScheduleDesk(t, { pictures: 1 });
  const { db } = desk.atelier.services;
  const { workspaceId } = await db.socialAccount.findFirstOrThrow();
  const names = { remoteId: "1", handle: "ada", name: "Ada", method: "instagram" };
  const { id } = await db.socialAccount.create({ data: { workspaceId, platform: "instagram", ...names } });
  const at = new Date("2027-03-08T06:00:00Z");
  const post = { create: { workspaceId, caption: "Earlier" } };
  await db.postTarget.create({
    data: { post, position: 0, workspaceId, socialAccount: { connect: { id } }, status: "SCHEDULED", scheduledAt: at },
  });
  const slots = [
    { weekday: "MONDAY", times: Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`) },
    { weekday: "TUESDAY", times: ["05:00", "06:00"] },
  ];
  const input = {
    ...{ timeZone: "UTC", socialAccountIds: [encodeGlobalId("SocialAccount", id)], count: 26 },
    recurrence: { weekly: { slots, from: "2027-03-08" } },
  };
  const { data } = await (await desk.ada()).request(query, { input });
  const quotas = data.previewPostingSchedule.dates.map(({ quotas: [quota] }: { quotas: object[] }) => quota);
  t.match(quotas[0], { used: 1, allowed: 25, hours: 24, isExceeded: false });
  t.match(quotas[6], { used: 8, isExceeded: false }, "the post at six and seven of its own");
  t.match(quotas[23], { used: 25, isExceeded: false });
  t.match(quotas[24], { used: 20, isExceeded: false }, "a day later the window has moved on");
});

t.test("lists: statements do not grow with the page, and ranges are bounded", async (t) => {
  const desk = await openScheduleDesk(t);
  const [, two] = [await desk.create(), await desk.create({ name: "Two" })];
  const ada = await desk.ada();
  const list = async (first: number) => {
    desk.atelier.statements.clear();
    const { data, errors } = await ada.request(
      `query ($first: Int) { occurrences(first: $first) { nodes { id at post { id caption } image { id } schedule { id name targets { socialAccount { handle } } } } } }`,
      { first },
    );
    t.equal(errors, undefined);
    return [data.occurrences.nodes.length, desk.atelier.statements.all().length];
  };
  const [[few = 0, statements = 0], [many = 0, same = 0]] = [await list(1), await list(10)];
  t.same([few, many], [1, 10]);
  t.ok(statements <= 6, `${statements} statements`);
  t.equal(same, statements);
  const schedules = await ada.request(
    "{ postingSchedules { totalCount nodes { name queueTag targets { socialAccount { handle } } } } }",
  );
  t.match(schedules.data.postingSchedules, {
    totalCount: 2,
    nodes: [{ name: "Two", queueTag: "boats" }, { name: "Mondays" }],
  });
  const ranged = await ada.request(
    `query ($id: ID) { occurrences(filter: { postingScheduleId: $id, from: "2027-03-08T08:00:00Z", before: "2027-03-15T08:00:00Z" }) { nodes { localTime } } }`,
    { id: two.id },
  );
  t.same(ranged.data.occurrences.nodes, [{ localTime: "2027-03-08T09:00:00" }]);
  for (const [from, before, says] of [
    ["2027-03-08T08:00:00Z", "2029-03-15T08:00:00Z", /longer than 400 days/],
    ["2027-03-08T08:00:00Z", "2027-03-08T08:00:00Z", /not later/],
  ] as const) {
    const refused = await ada.request(
      `{ occurrences(filter: { from: "${from}", before: "${before}" }) { nodes { id } } }`,
    );
    t.match(refused.errors, [
      { message: says, extensions: { code: "VALIDATION_FAILED", issues: [{ path: ["filter", "before"] }] } },
    ]);
  }
});
