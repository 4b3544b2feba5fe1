/** Lets work begin only while the memory of everything that runs stays within a budget. */

/** Runs `work` once `bytes` are free, in the order of asking; one that wants more than everything waits for everything. */
export type MemoryGate = <T>(bytes: number, work: () => Promise<T>) => Promise<T>;

/** Makes a gate. */
export function createMemoryGate(budget: number): MemoryGate {
  let free = budget;
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  const admit = () => {
    // The first waits for its turn even where a later one would fit: a large picture must not starve.
    for (let next = waiting[0]; next !== undefined && next.bytes <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.bytes;
      next.begin();
    }
  };
  return async (wanted, work) => {
    const bytes = Math.min(wanted, budget);
    await new Promise<void>((begin) => {
      waiting.push({ bytes, begin });
      admit();
    });
    try {
      return await work();
    } finally {
      free += bytes;
      admit();
    }
  };
}
