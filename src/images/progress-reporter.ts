import type { GenerationProgress } from "../image-providers/provider.ts";

/** Shortest time between two written values, in milliseconds: four a second. */
const interval = 250;

/**
 * Coalesces a provider's progress: the newest value is written at most four times a second, values never fall, and writes do
 * not overlap. `flush` writes the last value and waits; call it before the picture is settled.
 */
export function createProgressReporter(write: (progress: GenerationProgress) => Promise<void>): {
  report(progress: GenerationProgress): void;
  flush(): Promise<void>;
} {
  let latest: GenerationProgress | null = null;
  let highest = 0;
  let timer: NodeJS.Timeout | null = null;
  let lastWrite = 0;
  let writing: Promise<void> = Promise.resolve();

  const writeLatest = () => {
    timer = null;
    const value = latest;
    if (value === null) return;
    latest = null;
    lastWrite = performance.now();
    writing = writing.then(() => write(value));
    // The failure reaches whoever calls `flush`; here it only must not count as unhandled.
    writing.catch(() => undefined);
  };

  return {
    report: ({ fraction, phase }) => {
      highest = Math.max(highest, Math.min(fraction, 1));
      latest = { fraction: highest, phase };
      timer ??= setTimeout(writeLatest, Math.max(0, lastWrite + interval - performance.now()));
    },
    flush: async () => {
      if (timer !== null) clearTimeout(timer);
      writeLatest();
      await writing;
    },
  };
}
