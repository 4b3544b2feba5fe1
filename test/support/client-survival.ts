/** What every client of a subscription lives through: a restart, a token that ends, a line that is cut, a day away. */
import type { Test } from "tap";
import type { Session } from "../clients/fetch/client.ts";
import type { ClientBench } from "./client-bench.ts";
import { eventually } from "./eventually.ts";

/** An event as the subscription of these tests asks for it. */
export interface Heard {
  readonly cursor: string;
  readonly kind: string;
}

/** Someone who listens to {@link watchImages}. */
export interface Listening {
  /** The codes with which its sockets closed; null for who has no sockets. */
  readonly closes: readonly number[] | null;
  /** How often it had to start anew. */
  readonly resyncs: () => number;
  stop(): void;
}

/** Listens with the client under test, and tells each event. */
export type Listen = (session: Session, imageIds: readonly string[], hear: (event: Heard) => void) => Listening;

/** What they listen to. */
export const watchImages = `subscription WatchImages($after: Cursor, $imageIds: [ID!]) {
  imageChanged(after: $after, filter: { imageIds: $imageIds }) { cursor kind deletedId image { id title } }
}`;

const access = 15 * 60_000;
const day = 24 * 60 * 60_000;

/** Milliseconds that a token still lives when the listener begins. */
const remainder = 500;

/** Lives through it all with one client: the same two pictures, one listener for each scene. */
export function survives(t: Test, bench: ClientBench, listen: Listen): void {
  const { clock } = bench.atelier;

  t.test("a restart: it is told with 1012, comes back and goes on", async (t) => {
    const { listening, told, toldAll } = await openScene(bench, listen);
    await bench.change(2);
    await eventually("what changed", () => told().length >= 2);
    await bench.stop();
    await bench.change(3);
    await bench.start();
    await bench.change(2);
    await toldAll(t);
    if (listening.closes !== null) t.same(said(listening.closes), [1012]);
  });

  t.test("a token that has ended when it comes back: it gets another and goes on", async (t) => {
    const { listening, told, toldAll } = await openScene(bench, listen);
    await bench.change(2);
    await eventually("what changed", () => told().length >= 2);
    await bench.stop();
    clock.advance(access + 1_000);
    await bench.change(2);
    await bench.start();
    await toldAll(t);
    if (listening.closes !== null) t.same(said(listening.closes), [1012, 4403]);
  });

  t.test("a token that ends while it listens", async (t) => {
    const session = await bench.session();
    clock.advance(access - remainder);
    const { listening, toldAll } = await openScene(bench, listen, session);
    clock.advance(remainder + 1_000);
    if (listening.closes !== null) await eventually("4403", () => listening.closes?.includes(4403) === true);
    await bench.change(3);
    await toldAll(t);
  });

  t.test("a line that is cut: for a moment, and until both sides have noticed", async (t) => {
    const { listening, told, toldAll } = await openScene(bench, listen, await bench.session(bench.line.url));
    bench.line.cut();
    await bench.change(2);
    t.same(told(), []);
    bench.line.mend();
    await eventually("what changed", () => told().length >= 2);
    bench.line.cut();
    await bench.change(2);
    if (listening.closes !== null) {
      await eventually("the client notices", () => listening.closes?.includes(4499) === true);
      await bench.nobodyListens();
    }
    await bench.change(2);
    bench.line.mend();
    await toldAll(t);
  });

  t.test("a day away, after which the log has forgotten: it is shown everything anew", async (t) => {
    const { heard, listening, told } = await openScene(bench, listen);
    await bench.change(1);
    await eventually("what changed", () => told().length === 1);
    await bench.stop();
    clock.advance(day + access);
    await bench.change(1);
    await bench.start();
    await eventually("the state as it is", () => heard.length === 5);
    await bench.change(1);
    await eventually("what changes then", () => heard.length === 6);
    t.same(
      heard.map(({ kind }) => kind),
      ["SNAPSHOT", "SNAPSHOT", "UPDATED", "SNAPSHOT", "SNAPSHOT", "UPDATED"],
    );
    t.equal(listening.resyncs(), 1);
    listening.stop();
  });
}

/** Begins to listen, and waits for the state as it is. */
async function openScene(bench: ClientBench, listen: Listen, given?: Session) {
  const since = await bench.end();
  const session = given ?? (await bench.session());
  const heard: Heard[] = [];
  const listening = listen(session, bench.imageIds, (event) => void heard.push(event));
  await eventually("the state as it is", () => heard.length === 2);
  const told = () => heard.filter(({ kind }) => kind !== "SNAPSHOT").map(({ cursor }) => cursor);
  /** Everything in the log has come, once and in order; one more change proves that nothing is still on its way. */
  const toldAll = async (t: Test) => {
    await bench.change(1);
    await bench.end();
    const all = await bench.changes(since);
    await eventually("the last change", () => told().at(-1) === all.at(-1));
    t.same(told(), all);
    t.equal(heard.length, all.length + 2, "and the state only once");
    listening.stop();
  };
  return { heard, listening, told, toldAll };
}

/** Without the tries at which nobody was there. */
const said = (closes: readonly number[]) => closes.filter((code) => code !== 1006);
