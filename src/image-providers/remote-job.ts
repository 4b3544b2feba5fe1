/**
 * Waiting for a job that runs at an API: the same for every API that takes a request, names a job, and is asked about it.
 *
 * Asking is free and harmless to repeat, so a look that brings no answer is repeated, a few times and more and more slowly.
 * Submitting is neither, so nothing here submits. When it gives up, the job may still run: that is `timeout`, not a failure
 * that somebody would answer by paying once more.
 */
import type { Pause } from "../infra/pause.ts";
import type { ReportFailure } from "./failures.ts";
import type { GenerationContext, GenerationFailure, GenerationOutcome, GenerationProgress } from "./provider.ts";

/** What one look at a job found. UNANSWERED: the API could not say; `failure.retryAfter` counts. */
export type JobLook =
  | { readonly kind: "RUNNING"; readonly progress: GenerationProgress }
  | { readonly kind: "ENDED"; readonly outcome: GenerationOutcome }
  | { readonly kind: "UNANSWERED"; readonly failure: GenerationFailure };

/** How a job is waited for. */
export interface JobWatch extends Pick<GenerationContext, "signal" | "onProgress"> {
  readonly report: ReportFailure;
  readonly pause: Pause;
  readonly look: () => Promise<JobLook>;
}

/** Milliseconds between two looks: short at first, longer for long jobs. */
const shortest = 500;
const longest = 5_000;
const growth = 1.2;
/** Looks without an answer, one after the other, until the API is given up. */
const patience = 6;
/** Milliseconds of waiting altogether; no API lets a picture take longer. */
const deadline = 30 * 60_000;

/** Looks until the job has ended, the signal aborts, or there is no more sense in it. */
export async function followJob({ report, signal, onProgress, pause, look }: JobWatch): Promise<GenerationOutcome> {
  let [interval, waited, unanswered, highest] = [shortest, 0, 0, 0];
  while (waited <= deadline) {
    if (signal.aborted) return report("cancelled");
    const found = await look();
    if (found.kind === "ENDED") return found.outcome;
    let wait = interval;
    if (found.kind === "RUNNING") {
      unanswered = 0;
      interval = Math.min(interval * growth, longest);
      highest = Math.max(highest, found.progress.fraction ?? 0);
      onProgress({ ...found.progress, fraction: found.progress.fraction === null ? null : highest });
    } else {
      unanswered += 1;
      // An answer that was cut by our own stopping, of this call or of everything, is no miss of theirs.
      if (signal.aborted || found.failure.failure === "cancelled") return report("cancelled");
      if (unanswered >= patience) return givenUp(report, found.failure);
      wait = Math.max((found.failure.retryAfter ?? 0) * 1000, shortest * 2 ** unanswered);
    }
    // Many pictures that were asked for at once shall not ask at once for ever.
    wait *= 1 + 0.2 * Math.random();
    waited += wait;
    await pause(wait, signal);
  }
  return givenUp(report);
}

/**
 * Does `work` with a signal that aborts a moment after `signal`. For submitting: torn down half-way it may have made a job
 * whose name nobody learns, and which nobody can then stop; its answer is mostly there within that moment.
 */
export async function withGrace<T>(
  { signal, pause }: Pick<JobWatch, "signal" | "pause">,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const [late, done] = [new AbortController(), new AbortController()];
  const stop = () => void pause(grace, done.signal).then(() => late.abort());
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await work(late.signal);
  } finally {
    signal.removeEventListener("abort", stop);
    done.abort();
  }
}

/** Milliseconds; well within what the caller waits after it has told us to stop. */
const grace = 300;

function givenUp(report: ReportFailure, last?: GenerationFailure): GenerationFailure {
  const message = "The provider took the request, but whether it made the picture could not be found out.";
  return report("timeout", { message, detail: last?.detail ?? "the job was still running" });
}
