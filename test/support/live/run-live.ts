/**
 * Cuts readers of event streams, kills and stops servers and workers, and pulls the database's plug, while everybody writes;
 * then asks the event log whether each reader was told everything, once, in order, and nothing of others.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { formatCursor } from "../../../src/infra/event-cursor.ts";
import { openCrashDatabase } from "../crash/crash-database.ts";
import { seededRandom } from "../crash/seeded.ts";
import { isBehind, judgeHistories, type LoggedEvent, type Verdict } from "./history.ts";
import { type LiveWorld, openLiveWorld } from "./live-world.ts";
import { type Reader, startReader } from "./reader.ts";
import { writeOn } from "./write-on.ts";

/** What to run. */
export interface LiveOptions {
  readonly seed: number;
  /** Each is some cuts and one blow: a server or a worker that is killed or stopped, or the database. */
  readonly rounds: number;
  /** Milliseconds that a round takes at least. */
  readonly pace: number;
  /** Milliseconds that readers have in the end to hear the rest. */
  readonly calm: number;
  say(line: string): void;
}

/** What happened. */
export interface LiveReport extends Verdict {
  readonly events: number;
  readonly readers: number;
  readonly connections: number;
  readonly cuts: number;
  readonly blows: Readonly<Record<string, number>>;
  /** What readers were refused with while something was away; they came back. */
  readonly refusals: Readonly<Record<string, number>>;
  /** What servers and workers that were stopped in order ended with. */
  readonly exits: readonly (number | null)[];
  /** Codes of what a too old cursor is told, and whether a stream without one then begins with the state. */
  readonly tooOld: { readonly code: string | null; readonly snapshot: boolean };
}

const blows = ["kill server", "database", "stop server", "kill worker", "stop worker"] as const;

/** Runs it all on a database and processes of its own. */
export async function runLive(options: LiveOptions): Promise<LiveReport> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-live-"));
  const database = await openCrashDatabase({ durable: true });
  try {
    const world = await openLiveWorld({ databaseUrl: database.url, folder, people: 3 });
    try {
      return await inWorld(world, database.restartImmediately, options);
    } finally {
      await world.close();
    }
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function inWorld(
  world: LiveWorld,
  restartDatabase: () => Promise<void>,
  { seed, rounds, pace, calm, say }: LiveOptions,
): Promise<LiveReport> {
  const random = seededRandom(seed);
  const readers = await seatReaders(world);
  const hands = [1, 2, 3].map((n) => writeOn(world, seededRandom(seed + n)));
  const tally = { cuts: 0, blows: {} as Record<string, number>, exits: [] as (number | null)[] };
  try {
    let order: (typeof blows)[number][] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (order.length === 0) order = shuffled(blows, random);
      const blow = order.pop() ?? "database";
      await Promise.all([
        strike(blow, { world, restartDatabase, index: Math.floor(random() * 2), exits: tally.exits }),
        cutSome(readers, { random, duration: pace, onCut: () => void (tally.cuts += 1) }),
      ]);
      tally.blows[blow] = (tally.blows[blow] ?? 0) + 1;
      say(`round ${round + 1}: ${blow}`);
    }
    await Promise.all(hands.map((hand) => hand.stop()));
    await world.stopWorkers();
    const log = await world.log();
    await untilHeard(readers, log, calm);
    // Judged at once: what is done from here on is not in the log that was read.
    const histories = readers.map(({ history }) => history);
    const verdict = judgeHistories(log, histories);
    const tooOld = await askTooOld(world, log);
    return {
      ...{ ...verdict, ...tally, tooOld, events: log.length, readers: readers.length },
      connections: readers.reduce((sum, reader) => sum + reader.connections(), 0),
      refusals: sumUp(readers),
    };
  } finally {
    await Promise.all(hands.map((hand) => hand.stop()));
    await Promise.all(readers.map((reader) => reader.stop()));
  }
}

const cursorShape = z.object({ eventCursor: z.string() });

/** Readers of every workspace and topic, by socket and by stream, spread over both servers. */
async function seatReaders(world: LiveWorld): Promise<Reader[]> {
  const { servers, workspaces } = world;
  const readers: Reader[] = [];
  for (const { id: workspaceId, publicId, readers: tokens } of workspaces) {
    for (const token of tokens) {
      for (const topic of ["image", "post"] as const) {
        for (const transport of ["socket", "stream"] as const) {
          const first = readers.length % servers.length;
          const answer = await world.ask(servers[first] ?? "", token, "{ eventCursor }");
          const after = cursorShape.parse(answer).eventCursor;
          const name = `reader ${readers.length} (${topic}s by ${transport})`;
          readers.push(
            startReader({ ...{ name, servers, first, transport, token }, ...{ workspaceId, publicId, topic, after } }),
          );
        }
      }
    }
  }
  return readers;
}

async function strike(
  blow: (typeof blows)[number],
  {
    world,
    restartDatabase,
    index,
    exits,
  }: { world: LiveWorld; restartDatabase: () => Promise<void>; index: number; exits: (number | null)[] },
): Promise<void> {
  if (blow === "database") return restartDatabase();
  const which = blow.endsWith("server") ? "server" : "worker";
  const how = blow.startsWith("kill") ? "kill" : "stop";
  const code = await world.restart(which, index, how);
  if (how === "stop") exits.push(code);
}

async function cutSome(
  readers: readonly Reader[],
  { random, duration, onCut }: { random: () => number; duration: number; onCut(): void },
): Promise<void> {
  const end = performance.now() + duration;
  while (performance.now() < end) {
    await delay(60 + random() * 400);
    readers[Math.floor(random() * readers.length)]?.cut(Math.floor(random() * 2));
    onCut();
  }
}

function shuffled<T>(things: readonly T[], random: () => number): T[] {
  return things
    .map((thing) => ({ thing, by: random() }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ thing }) => thing);
}

/** Waits until everybody has heard the last of what is theirs, or the time is over: then the judge says what is missing. */
async function untilHeard(readers: readonly Reader[], log: readonly LoggedEvent[], patience: number): Promise<void> {
  const hasAll = ({ history: { workspaceId, topic, from, heard } }: Reader) => {
    const own = log.filter((event) => event.workspaceId === workspaceId && event.topic === topic);
    const last = own.findLast(({ kind }) => kind !== "PROGRESS")?.place ?? from;
    return !isBehind(last, heard.at(-1)?.place ?? from);
  };
  const deadline = performance.now() + patience;
  while (!readers.every(hasAll) && performance.now() < deadline) await delay(50);
}

async function askTooOld(world: LiveWorld, log: readonly LoggedEvent[]): Promise<LiveReport["tooOld"]> {
  const [workspace] = world.workspaces;
  if (workspace === undefined) throw new Error("Nobody lives here.");
  const [xid = "0", id = "0"] = (log[0]?.place ?? "").split(".");
  const dayAgo = new Date(Date.now() - 25 * 3_600_000);
  const common = {
    servers: world.servers,
    first: 0,
    transport: "socket",
    token: workspace.writer,
    topic: "image",
  } as const;
  const place = { workspaceId: workspace.id, publicId: workspace.publicId };
  const after = formatCursor({ xid: BigInt(xid), id: BigInt(id) }, dayAgo);
  const late = startReader({ ...common, ...place, name: "too late", after });
  const deadline = performance.now() + 10_000;
  while (late.refusals.size === 0 && performance.now() < deadline) await delay(20);
  await late.stop();
  // A cursor from the middle of a snapshot stands for none: the state is shown anew.
  const inSnapshot = formatCursor({ xid: BigInt(xid), id: BigInt(id) }, new Date(), { inSnapshot: true });
  await world.ask(world.servers[0] ?? "", workspace.writer, generate, {
    input: { prompt: "a kite", workspaceId: workspace.publicId },
  });
  const anew = startReader({ ...common, ...place, name: "anew", after: inSnapshot });
  while (anew.history.heard.length === 0 && performance.now() < deadline) await delay(20);
  await anew.stop();
  const [code = null] = late.refusals.keys();
  return { code, snapshot: anew.history.heard[0]?.kind === "SNAPSHOT" };
}

const generate = "mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename } }";

function sumUp(readers: readonly Reader[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { refusals } of readers) {
    for (const [code, times] of refusals) sums[code] = (sums[code] ?? 0) + times;
  }
  return sums;
}

/** The report as lines of text. */
export function describeLive(report: LiveReport): string[] {
  const { faults, events, readers, connections, cuts, heard, refusals, exits, tooOld, examples } = report;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, times]) => `${name} ${times}`)
      .join(", ") || "none";
  return [
    `${events} events, ${readers} readers heard ${heard} of them over ${connections} connections`,
    `${cuts} cuts; blows: ${list(report.blows)}; exits ${exits.join(" ") || "none"}; refusals: ${list(refusals)}`,
    `a too old cursor: ${tooOld.code ?? "nothing"}; the state anew: ${tooOld.snapshot ? "yes" : "no"}`,
    list({ ...faults }),
    ...examples,
  ];
}
