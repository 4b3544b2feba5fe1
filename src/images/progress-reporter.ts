import type { GenerationProgress } from "../image-providers/provider.ts";

/** Shortest time between two written values, in milliseconds: four a second. */
const interval = 250;

/** Longest phase that is kept, in characters. */
const maxPhase = 200;

/** What is written of a provider's progress: the last known fraction where it knows none. */
export interface WrittenProgress {
  readonly fraction: number;
  readonly phase: string;
}

/** Takes a provider's progress. */
export interface ProgressReporter {
  report(progress: GenerationProgress): void;
  /** Writes the last value and waits; what is reported after that is not heard. Call it before the picture is settled. */
  flush(): Promise<void>;
}

/**
 * Coalesces a provider's progress: the newest value is written at most four times a second, values never fall, and writes do
 * not overlap. What a provider reports is not trusted: a fraction that is no number counts as the last one. Progress is worth
 * less than the picture: a write that fails is handed to `onError`, and everything goes on.
 */
export function createProgressReporter(
  write: (progress: WrittenProgress) => Promise<void>,
  onError: (error: unknown) => void,
): ProgressReporter {
  let latest: WrittenProgress | null = null;
  let highest = 0;
  let timer: NodeJS.Timeout | null = null;
  let lastWrite = 0;
  let writing: Promise<void> = Promise.resolve();
  let ended = false;

  const writeLatest = () => {
    timer = null;
    const value = latest;
    if (value === null) return;
    latest = null;
    lastWrite = performance.now();
    writing = writing.then(() => write(value)).catch(onError);
  };

  return {
    report: ({ fraction, phase }) => {
      if (ended) return;
      if (fraction !== null && fraction > highest) highest = Math.min(fraction, 1);
      latest = { fraction: highest, phase: phase.slice(0, maxPhase) };
      timer ??= setTimeout(writeLatest, Math.max(0, lastWrite + interval - performance.now()));
    },
    flush: async () => {
      ended = true;
      if (timer !== null) clearTimeout(timer);
      writeLatest();
      await writing;
    },
  };
}
