/** A slice of `npm run test:live`, and the judge itself: it must see what is wrong. */
import fc from "fast-check";
import t from "tap";
import { type HeardEvent, type History, isBehind, judgeHistories, type LoggedEvent } from "../support/live/history.ts";
import { describeLive, runLive } from "../support/live/run-live.ts";

t.setTimeout(600_000);

const none = { lost: 0, doubled: 0, reordered: 0, foreign: 0 };

const inOrder = (heard: readonly HeardEvent[]) =>
  heard.toSorted((one, other) => (isBehind(one.place, other.place) ? 1 : -1));

/** A log of two workspaces, and what a faithful reader of the first hears of it. */
const logs = fc
  .array(
    fc.record({ own: fc.boolean(), entity: fc.nat(3), progress: fc.boolean(), step: fc.integer({ min: 1, max: 3 }) }),
    {
      minLength: 4,
      maxLength: 30,
    },
  )
  .map((entries) => {
    let xid = 8;
    const log = entries.map(({ own, entity, progress, step }, id): LoggedEvent => {
      xid += step - 1;
      const workspaceId = own || id < 4 ? "ours" : "theirs";
      const kind = progress && id >= 4 ? "PROGRESS" : "UPDATED";
      return { place: `${xid}.${id}`, workspaceId, topic: "image", entityId: `${workspaceId} ${entity}`, kind };
    });
    const heard = log
      .filter(({ workspaceId }) => workspaceId === "ours")
      .map(({ place, kind, entityId }): HeardEvent => ({ place, kind, entityId, workspaceId: "ours" }));
    return { log, heard };
  });

t.test("the judge sees what is lost, told twice, out of order or of others, and nothing else", async () => {
  const history = (heard: readonly HeardEvent[]): History => ({
    ...{ reader: "Ada", workspaceId: "ours", topic: "image", from: "8.-1", heard },
  });
  const planted = fc.record({
    at: fc.nat(),
    fault: fc.constantFrom("none", "lost", "doubled", "reordered", "foreign", "overheard", "invented"),
  });
  fc.assert(
    fc.property(logs, planted, ({ log, heard }, { at, fault }) => {
      const sure = heard.findIndex(({ kind }) => kind !== "PROGRESS");
      const index = fault === "lost" ? sure : at % (heard.length - 1);
      const [one, two] = heard.slice(index);
      if (one === undefined || two === undefined) return true;
      const theirs = log.filter(({ workspaceId }) => workspaceId === "theirs");
      const overheard = theirs[at % Math.max(1, theirs.length)] ?? { ...one, place: "9999.0" };
      const invented = { ...one, place: "9999.1" };
      const ways: Record<string, readonly HeardEvent[]> = {
        none: heard.filter(({ kind }) => kind !== "PROGRESS"),
        lost: heard.toSpliced(index, 1),
        doubled: heard.toSpliced(index + 1, 0, one),
        reordered: heard.toSpliced(index, 2, two, one),
        foreign: heard.toSpliced(index, 1, { ...one, entityId: "theirs 1", workspaceId: "theirs" }),
        overheard: inOrder([...heard, overheard]),
        invented: inOrder([...heard, invented]),
      };
      const { faults } = judgeHistories(log, [history(ways[fault] ?? heard)]);
      const name = fault === "overheard" || fault === "invented" ? "foreign" : fault;
      const expected = name === "none" ? none : { ...none, [name]: 1 };
      return JSON.stringify(faults) === JSON.stringify(expected);
    }),
  );
});

t.test(
  "servers, workers, connections and the database die: every reader hears all of its own, once, in order",
  async (t) => {
    const say = (line: string) => t.comment(line);
    const report = await runLive({ seed: 3, rounds: 5, pace: 1_000, calm: 60_000, say });
    for (const line of describeLive(report)) t.comment(line);
    t.same(report.faults, none);
    t.same(report.tooOld, { code: "RESYNC_REQUIRED", snapshot: true });
    t.same(Object.keys(report.blows).length, 5, "each way to die occurred");
    t.ok(report.events > 0 && report.heard > report.readers, `${report.heard} events heard`);
    t.ok(report.connections > report.readers, `${report.connections} connections`);
    t.ok(report.exits.every((code) => code === 0));
  },
);
