import fc from "fast-check";
import t from "tap";
import {
  boundedWait,
  classOfStatus,
  createFailureReporter,
  reportUnanswered,
  retryAfterOf,
} from "../../src/image-providers/failures.ts";

const now = new Date("2026-12-02T12:00:00Z");
const key = "sk-very-secret-0123456789";
const report = createFailureReporter("Easel", [key]);

t.test("a key is never told, wherever an API repeats it", async (t) => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.constantFrom("auth", "invalid_request", "bad_output"),
      (before, after, failure) => {
        const said = `${before}${key}${after}`;
        const told = JSON.stringify(report(failure, { detail: said, says: said }));
        t.notOk(told.includes(key));
      },
    ),
  );
  for (const said of ["Received sk-ab…89", "key=r8_0123456789abcdef", "Authorization: Bearer abc.def"]) {
    t.notMatch(report("auth", { detail: said }).detail, /ab…89|0123456789|abc\.def/, said);
  }
  t.equal(createFailureReporter("Easel", [])("auth", { detail: "no key at all" }).detail, "no key at all");
});

t.test("long and many-lined texts become one short line", async (t) => {
  const { detail = "", message } = report("invalid_request", { detail: "a\n\n b".repeat(500), says: " too\n long " });
  t.match(detail, /^a b/);
  t.equal(detail.length, 301);
  t.equal(message, "Easel refused the request. It says: “too long”");
});

t.test("answers that came instead of work cost nothing; of others nobody knows", async (t) => {
  t.match(report("rate_limited"), { cost: { kind: "NONE" } });
  t.match(report("bad_output"), { cost: { kind: "UNKNOWN" } });
  t.match(report("bad_output", { cost: { kind: "NONE" } }), { cost: { kind: "NONE" } });
});

t.test("a status alone has a usual meaning", async (t) => {
  const meanings: Record<number, string> = {
    ...{ 400: "invalid_request", 401: "auth", 402: "billing", 403: "auth", 404: "model_not_found", 408: "timeout" },
    ...{ 413: "invalid_request", 422: "invalid_request", 429: "rate_limited", 500: "provider_error" },
    ...{ 501: "provider_error", 502: "provider_unavailable", 503: "provider_unavailable", 522: "provider_unavailable" },
  };
  for (const [status, failure] of Object.entries(meanings)) t.equal(classOfStatus(Number(status)), failure, status);
});

t.test("what was never sent may be sent again; what may have arrived may not", async (t) => {
  const unanswered = { ok: false, message: "", detail: "ECONNRESET" } as const;
  const meaning = (
    reason: "connect" | "network" | "timeout" | "aborted" | "too_large",
    requestSent: boolean,
    reads = false,
  ) => {
    const { failure, cost } = reportUnanswered(report, { ...unanswered, reason, requestSent }, reads);
    return `${failure} ${cost?.kind}`;
  };
  t.equal(meaning("connect", false), "provider_unavailable NONE");
  t.equal(meaning("timeout", false), "provider_unavailable NONE");
  t.equal(meaning("network", true), "timeout UNKNOWN");
  t.equal(meaning("timeout", true), "timeout UNKNOWN");
  t.equal(meaning("network", true, true), "provider_unavailable NONE");
  t.equal(meaning("aborted", true), "cancelled UNKNOWN");
  t.equal(meaning("aborted", false), "cancelled NONE");
  t.equal(meaning("too_large", true), "bad_output UNKNOWN");
});

t.test("Retry-After is seconds or a date, and is believed up to an hour", async (t) => {
  const after = (text: string) => retryAfterOf({ "retry-after": text }, now);
  t.equal(after("17"), 17);
  t.equal(after("0.2"), 1);
  t.equal(after(" 5 "), 5);
  t.equal(after("999999999999"), 3_600);
  t.equal(after("Wed, 02 Dec 2026 12:01:40 GMT"), 100);
  t.equal(after("Wed, 02 Dec 2026 11:00:00 GMT"), 0, "a date that has passed");
  for (const nonsense of ["", "soon", "-5", "1e9", "NaN", "Wednesday"]) t.equal(after(nonsense), null, nonsense);
  t.equal(retryAfterOf({}, now), null);
  t.equal(boundedWait(1.2), 2);
});
