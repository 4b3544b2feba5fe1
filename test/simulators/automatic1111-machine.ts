/** The simulated machine behind AUTOMATIC1111's API: one job at a time, the others wait. */

const outputs = ["picture", "with-grid", "black", "no-picture", "not-base64", "info-missing"] as const;
/** What comes of a job. A word in its prompt goes before. */
type Output = (typeof outputs)[number];
export const isOutput = (word: string): word is Output => outputs.some((output) => output === word);

export interface Automatic1111Behaviour {
  /** `user:password` of `--api-auth`; null without it. */
  auth: string | null;
  /** Whether `force_task_id` and `/internal/progress` are known, as in newer builds. */
  tasks: boolean;
  /** Questions about progress until a job is done. */
  steps: number;
  /** Jobs do not move by being asked about. */
  held: boolean;
  /** Most pixels that the card's memory holds. */
  maxPixels: number;
  output: Output;
}

/** One picture, or somebody else's. */
export interface Job {
  readonly name: string;
  readonly id: string | null;
  readonly width: number;
  readonly height: number;
  readonly samplingSteps: number;
  readonly body: Readonly<Record<string, unknown>>;
  step: number;
  interrupted: boolean;
  readonly respond: (job: Job) => Promise<void> | void;
}

/** What there is and what there was. */
export interface State {
  readonly behaviour: Automatic1111Behaviour;
  /** The first one runs. */
  readonly queue: Job[];
  readonly finished: string[];
  readonly interrupted: string[];
  readonly started: string[];
}

export function enqueue(state: State, job: Job): void {
  state.queue.push(job);
  if (state.queue[0] === job) state.started.push(job.name);
}

export function leave(state: State, job: Job): void {
  const place = state.queue.indexOf(job);
  if (place === -1) return;
  state.queue.splice(place, 1);
  const [next] = state.queue;
  if (place === 0 && next) state.started.push(next.name);
}

export async function complete(state: State, job: Job): Promise<void> {
  if (job.id !== null) state.finished.push(job.id);
  leave(state, job);
  await job.respond(job);
}

export function move(state: State): void {
  const [job] = state.queue;
  if (!job || state.behaviour.held || job.name === "somebody else's") return;
  job.step += Math.ceil(job.samplingSteps / state.behaviour.steps);
  if (job.step > job.samplingSteps) void complete(state, job);
}

/** How much of it is done, 0 to 1. */
export const share = ({ step, samplingSteps }: Job) => Math.min(step / samplingSteps, 1);
