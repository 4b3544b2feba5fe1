import t from "tap";
import { openAtelier } from "../../support/atelier.ts";

const queries = {
  metricSeries: `query ($metric: Metric!, $from: DateTime!, $to: DateTime!, $bucket: TimeBucket! = DAY, $timeZone: String) {
    result: metricSeries(metric: $metric, from: $from, to: $to, bucket: $bucket, timeZone: $timeZone) { key } }`,
  postStatistics: `query ($range: DateTimeRange!, $groupBy: PostGrouping! = NONE, $timeZone: String) {
    result: postStatistics(range: $range, groupBy: $groupBy, timeZone: $timeZone) { key } }`,
  bestTimes: `query ($metric: Metric! = VIEWS, $range: DateTimeRange!, $timeZone: String) {
    result: bestTimes(metric: $metric, range: $range, timeZone: $timeZone) { hour } }`,
  exportAnalytics: `mutation ($format: MetricExportFormat! = CSV, $range: DateTimeRange!) {
    result: exportAnalytics(input: { format: $format, range: $range }) { __typename
      ... on ValidationError { issues { path code message } } } }`,
};

const year = { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" };
const long = { from: "2024-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" };
const backwards = { from: year.to, to: year.from };
const likes = { metric: "LIKES" };

t.test("typical mistakes are told by where they are, and with what is allowed", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const ask = (field: keyof typeof queries, variables: object) => ada.request(queries[field], { ...variables });

  t.test("a range too long, or of nothing", async (t) => {
    const wanted = [
      ["postStatistics", { range: long }, "range", "TOO_LONG", /longer than 366 days: it has 731\. Ask for a shorter/],
      ["bestTimes", { range: long }, "range", "TOO_LONG", /longer than 366 days: it has 731\. Ask for a shorter/],
      ["postStatistics", { range: backwards }, "range.to", "INVALID_RANGE", /`to` must be later than `from`/],
      ["bestTimes", { range: backwards }, "range.to", "INVALID_RANGE", /`to` must be later than `from`/],
      ["metricSeries", { ...likes, ...backwards }, "to", "INVALID_RANGE", /`to` must be later than `from`/],
      ["metricSeries", { ...likes, ...year, from: "2010-01-01T00:00:00Z" }, "to", "TOO_LONG", /3660 days: it has 6209/],
      [
        ...(["metricSeries", { ...likes, ...year, bucket: "HOUR" }, "bucket", "TOO_MANY"] as const),
        /more than 400 buckets of one HOUR\. Ask for larger ones \(DAY, WEEK, MONTH\), or a shorter range/,
      ],
    ] as const;
    for (const [field, variables, path, code, message] of wanted) {
      const { data, errors } = await ask(field, variables);
      t.equal(data.result, null, `${field} ${code}`);
      const issues = [{ path: path.split("."), code, message }];
      t.match(errors, [{ path: ["result"], extensions: { code: "VALIDATION_FAILED", issues } }]);
    }
    for (const [range, path, code, message] of [
      [long, ["range"], "TOO_LONG", /longer than 366 days: it has 731/],
      [backwards, ["range", "to"], "INVALID_RANGE", /`to` must be later than `from`/],
    ] as const) {
      const { data } = await ask("exportAnalytics", { range });
      t.match(data.result, { __typename: "ValidationError", issues: [{ path, code, message }] });
    }
  });

  t.test("a zone that nobody knows", async (t) => {
    for (const field of ["metricSeries", "postStatistics", "bestTimes"] as const) {
      const { errors } = await ask(field, { ...likes, ...year, range: year, timeZone: "Europe/Pari" });
      const message = /"Europe\/Pari" is no time zone that we know\. Write an IANA name such as "Europe\/Berlin"/;
      const issues = [{ path: ["timeZone"], code: "UNKNOWN_TIME_ZONE", message }];
      t.match(errors, [{ path: ["result"], extensions: { code: "VALIDATION_FAILED", issues } }], field);
    }
  });

  t.test("a metric, grouping or form that there is not", async (t) => {
    const wanted = [
      ["metricSeries", { metric: "LIKE", ...year }, /\$metric.*"LIKE".*"Metric" enum.*"LIKES"/],
      ["bestTimes", { metric: "VIEW", range: year }, /\$metric.*"VIEW".*"Metric" enum.*"VIEWS"/],
      [
        "postStatistics",
        { groupBy: "SCHEDULES", range: year },
        /\$groupBy.*"SCHEDULES".*"PostGrouping" enum.*"SCHEDULE"/,
      ],
      ["exportAnalytics", { format: "XLS", range: year }, /\$format.*"XLS".*"MetricExportFormat" enum/],
      ["postStatistics", { range: { ...year, to: "tomorrow" } }, /\$range.*range\.to.*tomorrow/],
    ] as const;
    for (const [field, variables, message] of wanted) {
      const { errors } = await ask(field, variables);
      t.match(errors, [{ message }], JSON.stringify(errors?.[0]));
    }
  });
});
