/**
 * Kills workers and the database while they publish, and counts what the public saw. The harbour's own log is the judge:
 * nothing appears twice, nothing is lost, and only what cannot be looked up ends with a question to a person.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ServerProcess } from "../../../scripts/server-process.ts";
import { type Harbour, openHarbour } from "../../simulators/harbour.ts";
import { openCrashDatabase } from "./crash-database.ts";
import { startHarbourWorker } from "./harbour-worker.ts";
import { type ClassFigures, judge, resting } from "./judge.ts";
import { seededRandom } from "./seeded.ts";
import { openShipyard, persistently, type ShippedTarget, type Shipyard } from "./shipyard.ts";

/** Every place where a worker can be held and killed. */
export const publishingCrashPoints = [
  ...["publish:claimed-to-prepare", "publish:made-remotely", "publish:reference-kept", "publish:prepared"],
  ...["publish:sending", "publish:answered", "publish:settled"],
  ...["publish:claimed-to-reconcile", "publish:looked-up", "verify:read"],
];

/** What to run. */
export interface CrashSuiteOptions {
  readonly seed: number;
  readonly publications: number;
  /** Milliseconds over which they come due. */
  readonly spread: number;
  /** Milliseconds of killing. */
  readonly chaos: number;
  /** Milliseconds after the killing in which everything must have ended. */
  readonly calm: number;
  readonly workers: number;
  say(line: string): void;
}

/** What happened. */
export interface CrashReport {
  readonly kills: number;
  /** Of these, at a named place. */
  readonly held: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly dropped: { readonly before: number; readonly after: number };
  /** What was given to a person because too many processes died over it, and sent again by their word. */
  readonly asked: number;
  readonly classes: Readonly<Record<string, ClassFigures>>;
  /** What had not come to rest at the end. */
  readonly unfinished: readonly ShippedTarget[];
}

/** Runs the suite on a database, a harbour and workers of its own. */
export async function runCrashSuite(options: CrashSuiteOptions): Promise<CrashReport> {
  const random = seededRandom(options.seed);
  const folder = await mkdtemp(path.join(os.tmpdir(), "atelier-crash-media-"));
  const database = await openCrashDatabase();
  const harbour = await openHarbour(seededRandom(options.seed + 1));
  try {
    const place = { databaseUrl: database.url, folder, harbourUrl: harbour.url };
    const shipyard = await openShipyard(place);
    try {
      await shipyard.schedule(options.publications, options.spread);
      const crew = openCrew(shipyard, random);
      try {
        const restarts = await chaos({ ...options, random, crew, harbour, shipyard }, database.restartImmediately);
        const asked = await calm({ ...options, random, crew, harbour, shipyard });
        const { kills, held } = crew;
        await crew.stop();
        const targets = await shipyard.targets();
        return {
          ...{
            kills: kills(),
            held,
            restarts,
            dropped: harbour.drops,
            asked,
            classes: judge(targets, harbour.publicPosts),
          },
          unfinished: targets.filter(({ status }) => !resting.includes(status)),
        };
      } finally {
        await crew.killAll();
      }
    } finally {
      await shipyard.close();
    }
  } finally {
    await harbour.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Crew {
  readonly held: Record<string, number>;
  kills(): number;
  /** Starts workers until there are so many; those that ended by themselves count no more. */
  hire(workers: number, armed: boolean): Promise<void>;
  /** Kills one, at once. */
  killOne(): Promise<void>;
  /** Kills whoever is held at a crash point. */
  killHeld(): Promise<void>;
  /** Kills those that are armed with a crash point, or may be. */
  killAll(): Promise<void>;
  /** Stops all in order; fails when one does not end with 0. */
  stop(): Promise<void>;
}

function openCrew({ environment }: Shipyard, random: () => number): Crew {
  const working = new Set<ServerProcess>();
  const heldNow = new Set<ServerProcess>();
  const held: Record<string, number> = {};
  let kills = 0;
  const kill = async (worker: ServerProcess) => {
    if (!working.delete(worker)) return;
    heldNow.delete(worker);
    kills += 1;
    worker.process.kill("SIGKILL");
    await worker.ended;
  };
  const hire = async (armed: boolean) => {
    const point = armed && random() < 0.6 ? pick(publishingCrashPoints, random) : undefined;
    const arm = point === undefined ? {} : { CRASH_POINT: point };
    // A database that falls down while a worker starts ends the worker: the supervisor starts the next.
    const worker = await startHarbourWorker({ ...environment, ...arm }).catch(() => null);
    if (worker === null) return;
    working.add(worker);
    worker.process.stderr?.on("data", (chunk: Buffer) => {
      if (point === undefined || !chunk.toString().includes(`held at crash point ${point}`)) return;
      held[point] = (held[point] ?? 0) + 1;
      heldNow.add(worker);
    });
    void worker.ended.then(() => working.delete(worker));
  };
  return {
    held,
    kills: () => kills,
    hire: async (workers, armed) => {
      while (working.size < workers) await hire(armed);
    },
    killOne: async () => {
      const worker = pick([...working], random);
      if (worker !== undefined) await kill(worker);
    },
    killHeld: async () => {
      for (const worker of heldNow) await kill(worker);
    },
    killAll: async () => {
      for (const worker of working) await kill(worker);
    },
    stop: async () => {
      const codes = await Promise.all([...working].map((worker) => worker.stop()));
      if (codes.some((code) => code !== 0)) throw new Error(`Workers ended with ${codes.join(", ")} instead of 0.`);
    },
  };
}

const pick = <T>(choices: readonly T[], random: () => number): T | undefined =>
  choices[Math.floor(random() * choices.length)];

interface Scene extends CrashSuiteOptions {
  readonly random: () => number;
  readonly crew: Crew;
  readonly harbour: Harbour;
  readonly shipyard: Shipyard;
}

/** Workers die and are replaced, and now and then the database falls down; in the middle third the platform is slow. Answers how often it fell. */
async function chaos(
  { random, crew, harbour, shipyard, chaos: duration, workers, say }: Scene,
  restartDatabase: () => Promise<void>,
): Promise<number> {
  const begin = Date.now();
  let restarts = 0;
  let nextRestart = begin + duration * 0.2;
  harbour.weather.drops = 0.05;
  harbour.weather.listLag = 1_000;
  while (Date.now() - begin < duration) {
    const part = (Date.now() - begin) / duration;
    harbour.weather.slowness = part > 1 / 3 && part < 2 / 3 ? 2_500 : 50;
    await crew.hire(workers, true);
    // Long enough that work goes on between the deaths.
    await delay(700 + random() * 2_500);
    await crew.killHeld();
    if (Date.now() > nextRestart) {
      nextRestart += duration * (0.15 + random() * 0.25);
      await restartDatabase();
      restarts += 1;
    } else {
      await crew.killOne();
    }
  }
  await crew.killAll();
  const open = (await shipyard.targets()).filter(({ status }) => !resting.includes(status)).length;
  say(
    `the killing is over: ${crew.kills()} workers killed, ${restarts} falls of the database, ${open} still on their way`,
  );
  return restarts;
}

/** Workers that live bring everything to rest. What a person is asked about because processes died is sent again. Answers how many. */
async function calm({ crew, harbour, shipyard, calm: duration, workers, say }: Scene): Promise<number> {
  const begin = Date.now();
  const asked = new Set<string>();
  harbour.weather.slowness = 50;
  for (;;) {
    await crew.hire(workers, false);
    const targets = await shipyard.targets();
    const retried = new Set<string>();
    for (const { targetId } of targets.filter(
      ({ status, code }) => status === "FAILED" && code !== null && passing.includes(code),
    )) {
      asked.add(targetId);
      retried.add(targetId);
      await persistently(() => shipyard.retry(targetId));
    }
    const open = targets.filter(({ status, targetId }) => !resting.includes(status) || retried.has(targetId)).length;
    if (open === 0 || Date.now() - begin > duration) {
      say(`at rest after ${Math.round((Date.now() - begin) / 1_000)} s, ${open} still on their way`);
      return asked.size;
    }
    // A look reads every post there is: not too often.
    await delay(2_000);
  }
}

/** Failures that say for certain that nothing is out, and that trying again may help. */
const passing = ["CRASHED", "UNAVAILABLE"];

/** The report as lines of text. */
export function describeReport(report: CrashReport): string[] {
  const { kills, held, restarts, dropped, asked, classes, unfinished } = report;
  const places = Object.entries(held).map(([name, times]) => `${name} ${times}`);
  const rows = Object.entries(classes).map(([name, figures]) => {
    const cells = Object.entries(figures).map(([title, figure]) => `${title} ${figure}`);
    return `  ${name.padEnd(7)} ${cells.join(" · ")}`;
  });
  return [
    `${kills} kills (${places.join(", ") || "none at a named place"}), ${restarts} database restarts`,
    `${dropped.before} requests and ${dropped.after} answers dropped; ${asked} given to a person after crashes; ${unfinished.length} unfinished`,
    ...rows,
  ];
}
