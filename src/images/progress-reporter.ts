import type { GenerationProgress } from "../image-providers/provider.ts";

/** Shortest time between two written values, in milliseconds: four a second. */
const interval = 250;

/** Longest phase that is kept, in characters. */
const maxPhase = 200;

/** What is written of a provider's progress: the last known fraction where it knows none. */
export interface WrittenProgress {
  readonly fraction: number;
  readonly phase: string;
  /** Of the newest stored preview; absent while there is none. */
  readonly previewNumber?: number;
}

/** Takes a provider's progress. */
export interface ProgressReporter {
  report(progress: Pick<GenerationProgress, "fraction" | "phase">): void;
  /** Tells of a preview that is stored. */
  showPreview(number: number): void;
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
  // The first phase is the one that the claim wrote.
  let latest: WrittenProgress = { fraction: 0, phase: "Starting" };
  let isWritten = true;
  let timer: NodeJS.Timeout | null = null;
  let lastWrite = 0;
  let writing: Promise<void> = Promise.resolve();
  let ended = false;

  const writeLatest = () => {
    timer = null;
    if (isWritten) return;
    const value = latest;
    isWritten = true;
    lastWrite = performance.now();
    writing = writing.then(() => write(value)).catch(onError);
  };
  const change = (changes: Partial<WrittenProgress>) => {
    if (ended) return;
    latest = { ...latest, ...changes };
    isWritten = false;
    timer ??= setTimeout(writeLatest, Math.max(0, lastWrite + interval - performance.now()));
  };

  return {
    report: ({ fraction, phase }) => {
      const risen = fraction !== null && fraction > latest.fraction ? Math.min(fraction, 1) : latest.fraction;
      change({ fraction: risen, phase: phase.slice(0, maxPhase) });
    },
    showPreview: (previewNumber) => change({ previewNumber }),
    flush: async () => {
      ended = true;
      if (timer !== null) clearTimeout(timer);
      writeLatest();
      await writing;
    },
  };
}
