import fc from "fast-check";
import t from "tap";
import { clientHasFile, requestedRange } from "../../src/infra/conditional-request.ts";

const modifiedAt = new Date("2026-03-01T12:00:00.900Z");
const file = { etag: '"a"', modifiedAt, bytes: 100 };
const date = (seconds: number) => new Date(modifiedAt.getTime() + seconds * 1000).toUTCString();

t.test("a tag outweighs a date, and a date has whole seconds", async (t) => {
  t.equal(clientHasFile({}, file), false);
  t.equal(clientHasFile({ "if-modified-since": date(0) }, file), true);
  t.equal(clientHasFile({ "if-modified-since": date(5) }, file), true);
  t.equal(clientHasFile({ "if-modified-since": date(-1) }, file), false);
  t.equal(clientHasFile({ "if-modified-since": "yesterday" }, file), false);
  t.equal(clientHasFile({ "if-none-match": '"b"', "if-modified-since": date(5) }, file), false);
  t.equal(clientHasFile({ "if-none-match": 'W/"a"', "if-modified-since": date(-5) }, file), true);
});

t.test("one part is given, everything else is the whole", async (t) => {
  const range = (header: string, ifRange?: string) => requestedRange({ range: header, "if-range": ifRange }, file);
  t.strictSame(range("bytes=0-9"), { start: 0, end: 9 });
  t.strictSame(range("Bytes=90-"), { start: 90, end: 99 });
  t.strictSame(range("bytes=-200"), { start: 0, end: 99 });
  t.equal(range("bytes=100-"), "unsatisfiable");
  t.equal(range("bytes=-0"), "unsatisfiable");
  for (const whole of ["bytes=0-1, 5-6", "bytes=9-1", "bytes=", "bytes", "items=0-1", "bytes=a-b"]) {
    t.equal(range(whole), null, whole);
  }
  t.strictSame(range("bytes=1-1", '"a"'), { start: 1, end: 1 });
  t.strictSame(range("bytes=1-1", date(0)), { start: 1, end: 1 });
  for (const other of ['"b"', 'W/"a"', date(1), date(-1), "nonsense"]) t.equal(range("bytes=1-1", other), null, other);
});

t.test("no header leads out of the file", async () => {
  const header = fc.oneof(
    fc.string(),
    fc.stringMatching(/^bytes=[0-9]{0,17}-[0-9]{0,17}(,[0-9]{0,3}-[0-9]{0,3}){0,2}$/),
  );
  fc.assert(
    fc.property(header, fc.nat(1_000), (text, bytes) => {
      const part = requestedRange({ range: text }, { ...file, bytes });
      if (part === null || part === "unsatisfiable") return true;
      const { start, end = Number.NaN } = part;
      return start >= 0 && start <= end && end < bytes;
    }),
    { numRuns: 2000 },
  );
});
