/** The one data layer: Prisma over node-postgres, and the one way to write. */
import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { z } from "zod";
import { type Prisma, PrismaClient } from "../generated/prisma/client.ts";

/** Reads, and statements that stand alone. */
export type Db = PrismaClient;

/** Inside a transaction. */
export type Tx = Prisma.TransactionClient;

/**
 * Runs writes that belong together: all of them are durable when it resolves, none when it rejects. Never call the outer
 * world inside, and keep nothing from one run of the work to the next: where Postgres ends a transaction because others wait for it in a
 * circle, the work runs again. Subscribers hear of events recorded in it soon after the commit.
 */
export type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** What `openDb` needs. */
export interface DbOptions {
  readonly url: string;
  /** Most connections at once. */
  readonly poolSize: number;
  /** Hears every SQL statement; for tests that count them. */
  readonly onStatement?: (sql: string) => void;
}

/** Milliseconds a transaction may wait for a connection, and run. */
const transactionLimits = { maxWait: 5_000, timeout: 10_000 };

/** Opens the connection pool. Connections are made when first needed. */
export function openDb({ url, poolSize, onStatement }: DbOptions): Db {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: poolSize,
      idleTimeoutMillis: 0,
      application_name: "atelier",
      // A process that hangs inside a transaction must not hold rows for ever.
      options: "-c idle_in_transaction_session_timeout=15000 -c statement_timeout=15000",
    },
    { statementNameGenerator: createStatementNames() },
  );
  const db = new PrismaClient({
    adapter,
    transactionOptions: transactionLimits,
    log: onStatement === undefined ? [] : [{ emit: "event", level: "query" }],
  });
  if (onStatement !== undefined) db.$on("query", (event) => onStatement(event.query));
  return db;
}

/** How often a transaction is tried that Postgres ended for the sake of others. */
const mostTries = 4;

/**
 * Makes the {@link Transact} of a pool. `afterCommit` is called after each commit, and must not throw. Locks are taken in one order (`src/README.md`), so that circles
 * are rare: what foreign keys lock by themselves is left, and what nobody thought of.
 */
export function createTransact(db: Db, afterCommit: () => void): Transact {
  return async (work) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await db.$transaction(work);
        afterCommit();
        return result;
      } catch (error) {
        if (tries >= mostTries || !wasEndedForOthers(error)) throw error;
      }
    }
  };
}

/** A deadlock (40P01) or a serialization failure (40001), of one of Prisma's statements or of one of ours. Nothing of the transaction is left then. */
const endedForOthers = z.union([
  z.object({ code: z.literal("P2034") }),
  z.object({
    meta: z.object({
      driverAdapterError: z.object({ cause: z.object({ kind: z.literal("TransactionWriteConflict") }) }),
    }),
  }),
]);

const wasEndedForOthers = (error: unknown): boolean => endedForOthers.safeParse(error).success;

/** Most prepared statements a connection may hold. */
const maxStatementNames = 300;

/**
 * Names statements, so that Postgres plans each text once per connection (a fifth to a third less work on both sides). The
 * number of names is bounded, and texts with many parameters, which come in endless variants (`IN` lists), get the empty name, which means none.
 */
function createStatementNames(): (query: { sql: string; args: readonly unknown[] }) => string {
  const names = new Map<string, string>();
  return ({ sql, args }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (args.length > 12 || names.size >= maxStatementNames) return "";
    const name = `s_${createHash("sha256").update(sql).digest("hex").slice(0, 24)}`;
    names.set(sql, name);
    return name;
  };
}
