import t from "tap";
import { dispatchMetricSyncs } from "../../src/analytics/sync/dispatch-metric-syncs.ts";
import { openScheduleDesk, review, type ScheduleDesk } from "../support/schedule-desk.ts";
import { operations } from "../support/studio.ts";

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const postsQuery = `query ($filter: PostFilter) { posts(first: 5, orderBy: SCHEDULED_ASC, filter: $filter) { nodes {
  analytics { targets latest { metric sum targets } }
  targets { permalink socialAccount { platform } analytics { latest { metric value } unavailable { metric reason } } } } } }`;

const figuresQuery = `query ($range: DateTimeRange!, $from: DateTime!, $to: DateTime!) {
  postStatistics(range: $range, groupBy: SCHEDULE) { key label posts targets published successRate metrics { metric sum targets } }
  platforms: metricSeries(metric: VIEWS, from: $from, to: $to, timeZone: "Europe/Paris", groupBy: PLATFORM) {
    key points { from to gain targets } }
  schedules: metricSeries(metric: VIEWS, from: $from, to: $to, bucket: MONTH, timeZone: "Europe/Paris", groupBy: SCHEDULE) {
    key points { from to gain } } }`;

interface Numbers {
  readonly targets: readonly {
    readonly permalink: string;
    readonly socialAccount: { readonly platform: string };
    readonly analytics: { readonly latest: readonly { readonly metric: string; readonly value: number }[] };
  }[];
}

/** The posts of a schedule, in order. */
async function postsOf(desk: ScheduleDesk, postingScheduleId: string): Promise<Numbers[]> {
  const { data, errors } = await (await desk.ada()).request(postsQuery, {
    filter: { postingScheduleIds: [postingScheduleId] },
  });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.posts.nodes;
}

/** So many people look at the newest post's page, and the numbers of everything are read. */
async function lookedAt(desk: ScheduleDesk, postingScheduleId: string, looks: number): Promise<void> {
  const { app, services, drain } = desk.atelier;
  const newest = (await postsOf(desk, postingScheduleId)).at(-1);
  const page = newest?.targets.find(({ socialAccount }) => socialAccount.platform === "SHOWCASE")?.permalink ?? "";
  for (let look = 0; look < looks; look += 1) {
    await app.inject({ url: new URL(page).pathname, headers: { "user-agent": browser } });
  }
  await dispatchMetricSyncs(services);
  await drain();
}

t.test(
  "every Monday at 09:00 in Paris, through the night in which clocks change: generated, reviewed, published, measured",
  async (t) => {
    const desk = await openScheduleDesk(t, { pictures: 0, builtInPlatforms: true });
    const { atelier, accountId } = desk;
    const connected = await (await desk.ada()).mutate(operations.connect, {
      account: { sandbox: { handle: "trial" } },
    });
    const { id } = await desk.create({
      name: "Boats on Mondays",
      recurrence: { rule: { text: "FREQ=WEEKLY;BYDAY=MO", firstAt: "2027-03-22T09:00" } },
      captionTemplate: "Boat {counter}: {weekday}, {date}, in {season}.",
      targets: [
        { socialAccountId: accountId },
        { socialAccountId: connected.socialAccount.id, captionTemplate: "Trial {counter}." },
      ],
      pictures: { generate: { promptTemplate: "boat {counter}, {season} of {year}" } },
    });

    // The second Monday is an hour earlier for everybody who does not live by the clocks of Paris.
    const mondays = [
      { due: "2027-03-22T08:00:00.000Z", caption: "Boat 1: Monday, March 22, 2027, in spring." },
      { due: "2027-03-29T07:00:00.000Z", caption: "Boat 2: Monday, March 29, 2027, in spring." },
      { due: "2027-04-05T07:00:00.000Z", caption: "Boat 3: Monday, April 5, 2027, in spring." },
    ];
    for (const [index, { due, caption }] of mondays.entries()) {
      const before = (minutes: number) => new Date(new Date(due).getTime() - minutes * 60_000).toISOString();
      await desk.at(before(2 * 24 * 60 + 1));
      t.equal((await desk.dates(id))[index].state, "PLANNED", "more than two days before, nothing is made");
      await desk.at(before(2 * 24 * 60));
      const awaiting = (await desk.dates(id))[index];
      t.match(awaiting, { state: "AWAITING_PICTURE", at: due, kind: "NORMAL", post: null });
      await desk.at(before(20 * 60));
      await review(await desk.ada(), awaiting.image.id, "APPROVE");
      await desk.at(before(20 * 60 - 1));
      const scheduled = (await desk.dates(id))[index];
      t.match(scheduled, { state: "POSTED", post: { status: "SCHEDULED", caption } });
      await desk.at(before(1));
      t.equal((await desk.dates(id))[index].post.status, "SCHEDULED", "a minute before, it is not out");
      await desk.at(due);
      const out = (await desk.dates(id))[index];
      t.match(out.post, { status: "PUBLISHED", targets: [{ scheduledAt: due }, { scheduledAt: due }] });
      // In winter it is still Monday in Paris, in summer Tuesday already.
      await desk.at(`${due.slice(0, 10)}T22:30:00.000Z`);
      await lookedAt(desk, id, index + 1);
    }

    const feed = await atelier.app.inject({ method: "GET", url: "/showcase/ada/feed.atom" });
    for (const { caption } of mondays) t.match(feed.body, caption);
    const trial = await atelier.services.db.sandboxPost.findMany({ orderBy: { createdAt: "asc" } });
    t.same(
      trial.map(({ caption }) => caption),
      ["Trial 1.", "Trial 2.", "Trial 3."],
    );
    t.same(
      await desk.notices(),
      ["AT_RISK", "AT_RISK", "AT_RISK"],
      "each Monday one reminder, before somebody approved",
    );

    const posts = await postsOf(desk, id);
    const valueOf = (post: Numbers, platform: string) =>
      post.targets
        .find(({ socialAccount }) => socialAccount.platform === platform)
        ?.analytics.latest.find(({ metric }) => metric === "VIEWS")?.value ?? Number.NaN;
    t.same(
      posts.map((post) => valueOf(post, "SHOWCASE")),
      [1, 2, 3],
      "as many as looked",
    );
    const trials = posts.map((post) => valueOf(post, "SANDBOX"));
    for (const [index, post] of posts.entries()) {
      t.match(post, {
        analytics: { targets: 2, latest: [{ metric: "VIEWS", sum: index + 1 + (trials[index] ?? 0), targets: 2 }] },
        targets: [{ analytics: { unavailable: [] } }, { analytics: { unavailable: [{ metric: "SHARES" }] } }],
      });
    }

    const stretch = { from: "2027-03-21T23:00:00Z", to: "2027-04-06T22:00:00Z" };
    const { data: figures } = await (await desk.ada()).request(figuresQuery, { range: stretch, ...stretch });
    const views = 6 + trials.reduce((sum, value) => sum + value, 0);
    t.match(figures.postStatistics, [
      {
        ...{ key: id, label: "Boats on Mondays", posts: 3, targets: 6, published: 6, successRate: 1 },
        metrics: [{ metric: "VIEWS", sum: views, targets: 6 }, { metric: "LIKES", targets: 3 }, { metric: "COMMENTS" }],
      },
    ]);
    const shown = figures.platforms.find(({ key }: { readonly key: string }) => key === "SHOWCASE");
    t.same(
      shown.points.filter(({ gain }: { readonly gain: number | null }) => gain !== null),
      [
        { from: "2027-03-21T23:00:00.000Z", to: "2027-03-22T23:00:00.000Z", gain: 1, targets: 1 },
        { from: "2027-03-29T22:00:00.000Z", to: "2027-03-30T22:00:00.000Z", gain: 2, targets: 2 },
        { from: "2027-04-05T22:00:00.000Z", to: "2027-04-06T22:00:00.000Z", gain: 3, targets: 3 },
      ],
      "days of Paris, before and after its clocks change",
    );
    t.match(
      shown.points[6],
      { from: "2027-03-27T23:00:00.000Z", to: "2027-03-28T22:00:00.000Z", gain: null },
      "the day of 23 hours, on which nobody asked",
    );
    const [months] = figures.schedules;
    t.equal(months.key, id);
    t.match(months.points, [
      { from: "2027-02-28T23:00:00.000Z", to: "2027-03-31T22:00:00.000Z" },
      { from: "2027-03-31T22:00:00.000Z", to: "2027-04-30T22:00:00.000Z" },
    ]);
    t.equal(months.points[0].gain + months.points[1].gain, views, "what was gained is what there is");
  },
);
