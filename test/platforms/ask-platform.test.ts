import t from "tap";
import { Secret } from "../../src/infra/secret.ts";
import { quotation, retryAfterOf } from "../../src/platforms/ask-platform.ts";
import { serverOrigin } from "../../src/platforms/server-address.ts";

t.test("what a platform says is repeated on one line, short and without secrets", async (t) => {
  t.equal(quotation(" "), "");
  t.equal(quotation("Too\nlong "), " It says: “Too long”");
  t.equal(quotation("bad token abc123", { token: new Secret("abc123") }), " It says: “bad token •••”");
  t.equal(quotation("😀".repeat(400)), ` It says: “${"😀".repeat(300)}…”`);
  t.equal(quotation(`no ${"EAAB".repeat(20)}`), " It says: “no •••”", "what looks like a token is none of ours");
});

t.test("a moment to come back is believed within a day", async (t) => {
  const now = new Date("2026-11-25T09:00:00Z");
  const after = (text: string) => retryAfterOf({ "retry-after": text }, now)?.toISOString() ?? null;
  t.equal(after("90"), "2026-11-25T09:01:30.000Z");
  t.equal(after("Wed, 25 Nov 2026 09:05:00 GMT"), "2026-11-25T09:05:00.000Z");
  t.equal(after("Wed, 25 Nov 2020 09:05:00 GMT"), "2026-11-25T09:00:00.000Z");
  t.equal(after("99999999"), "2026-11-26T09:00:00.000Z");
  for (const text of ["", "soon", "-5"]) t.equal(after(text), null, text);
});

t.test("the address of a server is read as people write it", async (t) => {
  for (const [typed, origin] of [
    ["Mastodon.Social", "https://mastodon.social"],
    [" https://social.example/ ", "https://social.example"],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["@ada@social.example", null],
    ["https://social.example/@ada", null],
    ["https://social.example?x", null],
    ["ftp://social.example", null],
    ["", null],
  ] as const) {
    t.equal(serverOrigin(typed), origin, typed);
  }
});
