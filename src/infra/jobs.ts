/**
 * Typed jobs over graphile-worker. A job is a nudge: its payload carries ids, the rows hold the truth, so that running one
 * twice, late or never changes nothing that a sweep cannot repair.
 */
import type { z } from "zod";
import type { Tx } from "./db.ts";
import type { Logger } from "./log.ts";

/** A job's name, payload and limits. Definitions live in a slice's `jobs.ts` and pull in no handler. */
export interface JobDefinition<Payload extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly payload: Payload;
  /** Tries before the queue gives up. Always said: the queue's own default retries for days. */
  readonly maxAttempts: number;
  /** Where it stands in a backlog; 0 unless it is said. */
  readonly priority?: JobPriority;
}

/**
 * Lower goes first, as the queue has it. After an outage thousands of jobs wait: what keeps the rest right comes before them, then posts that
 * were begun, then those that people await at their minute; numbers can wait.
 */
export const jobPriority = { periodic: -10, begunPost: -7, publishing: -5, measuring: 5 } as const;

/** A job's place before or behind others that wait. */
export type JobPriority = (typeof jobPriority)[keyof typeof jobPriority];

/** Defines a job. Names are unique and say verb and noun: `generate-image`. */
export function defineJob<Payload extends z.ZodType>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  return definition;
}

/** One wake-up to enqueue. */
export interface JobRequest<Payload extends z.ZodType> {
  readonly payload: z.input<Payload>;
  /** Not before this moment. Keep it near: the queue is no calendar. */
  readonly runAt?: Date;
  /** A waiting job with the same key is replaced instead of doubled. Never the key of a job that may be running. */
  readonly key?: string;
  /** Where it stands in a backlog, if not where its job stands. */
  readonly priority?: JobPriority;
}

/** Enqueues jobs in the caller's transaction: they exist exactly when its rows do. One statement, however many. */
export async function enqueue<Payload extends z.ZodType>(
  tx: Tx,
  job: JobDefinition<Payload>,
  requests: readonly JobRequest<Payload>[],
): Promise<void> {
  if (requests.length === 0) return;
  const specs = requests.map((request) => ({
    identifier: job.name,
    payload: job.payload.parse(request.payload),
    max_attempts: job.maxAttempts,
    run_at: request.runAt?.toISOString() ?? null,
    job_key: request.key ?? null,
    priority: request.priority ?? job.priority ?? 0,
  }));
  // The queue's JavaScript function takes a connection of its own; only its SQL function can join this transaction.
  await tx.$executeRaw`
    select graphile_worker.add_jobs(array(
      select json_populate_record(null::graphile_worker.job_spec, spec)
      from json_array_elements(${JSON.stringify(specs)}::json) as spec
    ))`;
}

/** What a handler is given beside its payload. */
export interface JobContext {
  /** The queue's id of this job. */
  readonly jobId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly log: Logger;
  /** Aborts when the worker stops: end cancellable work, finish what must not be cut. */
  readonly signal: AbortSignal;
}

/** A job and the code that runs it. */
export interface JobHandler {
  readonly job: JobDefinition;
  run(payload: unknown, context: JobContext): Promise<void>;
}

/** Ties a job to its verb. The payload is parsed again: it was data at rest. */
export function handle<Payload extends z.ZodType>(
  job: JobDefinition<Payload>,
  verb: (payload: z.output<Payload>, context: JobContext) => Promise<unknown>,
): JobHandler {
  return {
    job,
    run: async (payload, context) => {
      await verb(job.payload.parse(payload), context);
    },
  };
}
