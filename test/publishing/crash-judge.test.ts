/** The crash suite's judge, judged: what must not happen is seen when it does. */
import t from "tap";
import type { HarbourPost } from "../simulators/harbour.ts";
import { judge } from "../support/crash/judge.ts";
import type { ShippedTarget } from "../support/crash/shipyard.ts";

let boats = 0;
const target = (account: string, status: string): ShippedTarget => {
  boats += 1;
  const caption = `Boat ${boats}.`;
  return { targetId: caption, caption, account, status, code: null, scheduledAt: new Date(boats) };
};
const seen = ({ account, caption: text }: ShippedTarget): HarbourPost => ({
  ...{ id: `${text} ${Math.random()}`, account, text, media: 1, at: 0 },
});

t.test("what the public saw twice is a duplicate, whatever the ledger says", (t) => {
  const posts = ["PUBLISHED", "UNKNOWN", "FAILED"].map((status) => target("search-1", status));
  const { search } = judge(posts, [...posts, ...posts].map(seen));
  t.match(search, { publications: 3, duplicates: 3 });
  t.end();
});

t.test("what the ledger calls published and nobody saw is lost, and so is what ended in any other way", (t) => {
  const posts = ["PUBLISHED", "FAILED", "MISSED", "CANCELLED", "PUBLISHING"].map((status) => target("none-1", status));
  t.match(judge(posts, [])["none"], { losses: 5 });
  const fine = target("none-1", "PUBLISHED");
  t.match(judge([fine], [seen(fine)])["none"], { losses: 0, published: 1 });
  t.end();
});

t.test("a question to a person is a loss where the class can always be found out", (t) => {
  const asked = ["keyed-1", "handle-1", "search-1", "none-1"].map((account) => target(account, "UNKNOWN"));
  const classes = judge(asked, asked.map(seen));
  const losses = Object.fromEntries(Object.entries(classes).map(([name, figures]) => [name, figures.losses]));
  t.same(losses, { keyed: 1, handle: 1, search: 0, none: 0 });
  t.same(
    Object.values(classes).map(({ unknown }) => unknown),
    [1, 1, 1, 1],
  );
  t.end();
});

t.test("a later post of an account that the public saw first has overtaken", (t) => {
  const [first, second] = [target("keyed-1", "PUBLISHED"), target("keyed-1", "PUBLISHED")];
  t.match(judge([first, second], [seen(second), seen(first)])["keyed"], { overtaken: 1 });
  t.match(judge([first, second], [seen(first), seen(second)])["keyed"], { overtaken: 0 });
  t.end();
});
