/** Services in, graphile-worker runners out: the list of job → verb, the timetable and the sweeps. */
import { parseCronItems, Logger as QueueLogger, type Runner, run, type Task } from "graphile-worker";
import pg from "pg";
import { sweepExports } from "./analytics/export/sweep-exports.ts";
import { sweepDataExports } from "./auth/export/sweep-data-exports.ts";
import { sweepIntake } from "./images/intake/sweep-intake.ts";
import { sweepImages } from "./images/sweep-images.ts";
import { sweepTagRewrites } from "./images/tags/sweep-tag-rewrites.ts";
import { recordJobRun } from "./infra/job-runs.ts";
import { type JobHandler, jobPriority } from "./infra/jobs.ts";
import type { Logger } from "./infra/log.ts";
import { repeatWork } from "./infra/repeated-work.ts";
import { tellNotices } from "./notifications/tell-notices.ts";
import { deliverWebhooks } from "./notifications/webhooks/deliver-webhooks.ts";
import { createDocumentExecutor } from "./notifications/webhooks/document-data.ts";
import { expandSchedules } from "./posting-schedules/expand-schedule.ts";
import { resolveAgain } from "./posting-schedules/resolve-again.ts";
import { sweepAwaitedPosts } from "./posts/awaited-images/sweep-awaited-posts.ts";
import { publishTargetJob } from "./posts/jobs.ts";
import { resolveLocalTimes } from "./posts/resolve-local-times.ts";
import { dispatchDueTargets } from "./publishing/dispatch-due-targets.ts";
import { verifyTargetJob } from "./publishing/jobs.ts";
import { sweepTargets } from "./publishing/sweep-targets.ts";
import { schema } from "./schema.ts";
import type { Services } from "./services.ts";
import { sweepAccounts } from "./social-accounts/refresh/sweep-accounts.ts";
import { jobHandlers, timetable } from "./work-list.ts";

/** How often the sweeps look for what a dead process left, in milliseconds. */
const sweepInterval = 3_000;

/** How often what happened is told to people and webhooks, in milliseconds. */
const tellInterval = 1_000;

/** How often the queue is asked for jobs whose time has come, in milliseconds: bounds how late a post goes out. */
const pollInterval = 1_000;

/** A running worker. */
export interface Worker {
  /** Takes no more jobs, lets the running ones end, and leaves none locked. */
  stop(): Promise<void>;
  /** Resolves when it has stopped, asked or by itself; rejects when it broke with an error. */
  readonly done: Promise<void>;
}

/** A part of the queue with places of its own. */
interface Lane {
  readonly concurrency: number;
  readonly handlers: readonly JobHandler[];
  readonly periodic: ReturnType<typeof timetable>;
}

/** What sends posts in time. Pictures take minutes, and must not hold these up. */
const sending: readonly string[] = [publishTargetJob.name, verifyTargetJob.name, "dispatch-due-targets"];

function lanesOf(services: Services): readonly Lane[] {
  const { PUBLISH_CONCURRENCY, WORKER_CONCURRENCY } = services.config;
  const lane = (concurrency: number, sends: boolean): Lane => ({
    concurrency,
    handlers: jobHandlers(services).filter(({ job }) => sending.includes(job.name) === sends),
    periodic: timetable(services).filter(({ name }) => sending.includes(name) === sends),
  });
  return [lane(PUBLISH_CONCURRENCY, true), lane(WORKER_CONCURRENCY, false)];
}

/** Starts a worker. */
export async function startWorker(services: Services): Promise<Worker> {
  const { log, databaseUrl } = services;
  const lanes = lanesOf(services);
  const pgPool = new pg.Pool({
    connectionString: databaseUrl,
    max: lanes.reduce((sum, { concurrency }) => sum + concurrency + 4, 0),
    application_name: "atelier worker",
  });
  const onError = (error: Error) => log.warn({ err: error }, "a connection of the queue broke; it is replaced");
  pgPool.on("error", onError);
  pgPool.on("connect", (client) => client.on("error", onError));
  // NOTE The queue's own stop signal comes five seconds after the stop began; ours comes at once.
  const stopping = new AbortController();
  const runners: LaneRunner[] = [];
  try {
    for (const lane of lanes) runners.push(await runLane(services, lane, { pgPool, signal: stopping.signal }));
  } catch (error) {
    await Promise.all(runners.map(({ stop }) => stop()));
    await pgPool.end();
    throw error;
  }
  const stopSweeping = startSweeping(services);
  const stopTelling = repeatWork(log, { name: "tell", interval: tellInterval, work: () => tellNotices(services) });
  const courier = { ...services, executeDocument: createDocumentExecutor(services, schema) };
  const stopCourier = repeatWork(log, {
    ...{ name: "webhooks", interval: tellInterval, work: (signal) => deliverWebhooks(courier, signal) },
  });
  return {
    // One lane that ended is a worker that does not do all of its work.
    done: Promise.race(runners.map(({ done }) => done)),
    stop: async () => {
      // The running jobs are told to stop only once nobody here takes new ones: what they give back is for others.
      const idle = Promise.all(runners.map((runner) => runner.idle()));
      const stopped = Promise.all(runners.map(({ stop }) => stop()));
      await Promise.race([idle, stopped]);
      stopping.abort(new Error("The worker stops."));
      try {
        await Promise.all([stopped, stopSweeping(), stopTelling(), stopCourier()]);
      } finally {
        await pgPool.end();
      }
    },
  };
}

/** A lane that runs. */
interface LaneRunner {
  readonly done: Promise<void>;
  /** Resolves once nobody in it takes new jobs; to be asked before it is stopped. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

async function runLane(
  services: Services,
  { concurrency, handlers, periodic }: Lane,
  { pgPool, signal }: { readonly pgPool: pg.Pool; readonly signal: AbortSignal },
): Promise<LaneRunner> {
  const runner = await run({
    pgPool,
    // NOTE By default a finished job is struck off behind the worker's back, and a stop does not wait for that: the job would
    // stay locked for four hours. Batches, even of one, are waited for.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    concurrency,
    pollInterval,
    noHandleSignals: true,
    logger: queueLogger(services.log),
    taskList: Object.fromEntries([
      ...handlers.map((handler) => [handler.job.name, toTask(services, handler, signal)] as const),
      ...periodic.map(({ name, verb }) => [name, async () => void (await verb())] as const),
    ]),
    parsedCronItems: cronItems(periodic),
  });
  // The queue ends by itself when its connections fail for good, sometimes without an error.
  let ended = false;
  const end = () => {
    ended = true;
  };
  runner.promise.then(end, end);
  return {
    done: runner.promise,
    idle: () => everyWorkerReleased(runner, concurrency),
    // A runner that ended by itself is not stopped again.
    stop: async () => (ended ? undefined : runner.stop()),
  };
}

/** The timetable as the queue has it. */
export const cronItems = (periodic: readonly { readonly name: string; readonly cron: string }[]) =>
  parseCronItems(
    periodic.map(({ name, cron }) => ({
      ...{ task: name, match: cron },
      options: { maxAttempts: 1, priority: jobPriority.periodic },
    })),
  );

/** Resolves once each of the runner's workers has been told to take no more jobs. */
function everyWorkerReleased(runner: Runner, workers: number): Promise<void> {
  return new Promise((resolve) => {
    let left = workers;
    runner.events.on("worker:release", () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
}

/** A job as the queue runs it: with its log lines, its history and its stop signal. */
export function toTask(services: Services, handler: JobHandler, signal = new AbortController().signal): Task {
  return async (payload, { job }) => {
    const log = services.log.child({ jobId: job.id, job: handler.job.name });
    const context = { jobId: job.id, attempt: job.attempts, log, signal };
    await recordJobRun(services, { jobId: job.id, name: handler.job.name, attempt: job.attempts, payload }, () =>
      handler.run(payload, context),
    );
  };
}

/**
 * Runs the sweeps one after the other, again and again. A failing one is logged; the next round tries again. The first thing
 * is a dispatch: while no worker ran, nobody gave a wake-up to what comes due before the next full minute.
 */
function startSweeping(services: Services): () => Promise<void> {
  const attempt = async (name: string, sweep: (services: Services) => Promise<number>) => {
    try {
      const found = await sweep(services);
      if (found > 0) services.log.info({ sweep: name, found }, "woke up what had no wake-up");
    } catch (error) {
      services.log.error({ err: error, sweep: name }, "a sweep failed; the next round tries again");
    }
  };
  let busy = false;
  let running = attempt("dispatch", dispatchDueTargets)
    // This process may know the world's clocks better than the one that scheduled, and no worker may have run for long.
    .then(() => attempt("local times", resolveLocalTimes))
    .then(() => attempt("local times of schedules", resolveAgain))
    .then(() => attempt("posting schedules", expandSchedules));
  const round = async () => {
    await attempt("images", sweepImages);
    await attempt("uploads and imports", sweepIntake);
    await attempt("tags", sweepTagRewrites);
    await attempt("posts that wait for pictures", sweepAwaitedPosts);
    await attempt("targets", sweepTargets);
    await attempt("social accounts", sweepAccounts);
    await attempt("data exports", sweepDataExports);
    await attempt("files of numbers", sweepExports);
    busy = false;
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = running.then(round);
  }, sweepInterval);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** The queue's own log lines, in ours; its chatter about every job is for debugging. */
function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    const details = meta?.["error"] === undefined ? {} : { err: meta["error"] };
    log[level === "error" ? "error" : level === "warning" ? "warn" : "debug"](details, message);
  });
}
