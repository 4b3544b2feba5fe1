import type { Services } from "../../src/services.ts";
import { eventually } from "./eventually.ts";

/** A post that is locked. */
export interface HeldPost {
  /** Waits until so many transactions wait behind it, or behind each other. */
  line(length: number): Promise<void>;
  letGo(): Promise<void>;
}

/** Locks a post until it is let go, so that those who want it come one after the other, in an order that a test decides. */
export async function holdPost({ db }: Pick<Services, "db">, postId: string): Promise<HeldPost> {
  const [held, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = db.$transaction(
    async (tx) => {
      await tx.$queryRaw`select 1 from post where id = ${postId}::uuid for update`;
      held.resolve();
      await leave.promise;
    },
    { timeout: 60_000 },
  );
  await Promise.race([held.promise, holding]);
  return {
    line: (length) =>
      eventually(`${length} wait`, async () => {
        const [found] = await db.$queryRaw<[{ waiting: number }]>`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        return found.waiting === length;
      }),
    letGo: async () => {
      leave.resolve();
      await holding;
    },
  };
}
