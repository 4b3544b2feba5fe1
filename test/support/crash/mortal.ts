import type { Services } from "../../../src/services.ts";

/** The services of a process that is dead from a crash point on: it does nothing more, and writes nothing. */
export function mortal(services: Services, point: string) {
  const death = Promise.withResolvers<"dead">();
  const never = new Promise<never>(() => undefined);
  let dead = false;
  const crashPoint = async (name: string) => {
    if (name !== point) return;
    dead = true;
    death.resolve("dead");
    await never;
  };
  const transact: Services["transact"] = (work) => (dead ? never : services.transact(work));
  return { died: death.promise, services: { ...services, transact, crashPoint } };
}
