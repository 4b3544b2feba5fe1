import type { Atelier } from "./atelier.ts";

/** How many listen to an Atelier's event log from now on, and a promise that nobody does. */
export function countListeners({ services: { events } }: Pick<Atelier, "services">) {
  const { listen } = events;
  let open = 0;
  const waiting: (() => void)[] = [];
  events.listen = (...args) => {
    const stop = listen(...args);
    open += 1;
    let stopped = false;
    return () => {
      stop();
      // A stream that ends in two ways at once gives it back twice.
      if (stopped) return;
      stopped = true;
      open -= 1;
      if (open === 0) for (const go of waiting.splice(0)) go();
    };
  };
  const none = () => (open === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)));
  return { now: () => open, none };
}
