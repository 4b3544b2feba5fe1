/** argon2id behind a bounded door: two cores hash a few hundred passwords a second, so an open door would stop the server. */
import { hash, verify } from "@node-rs/argon2";
import { createDoor, type DoorLimits } from "./bounded-door.ts";

/** OWASP's first choice for argon2id, which is the library's default algorithm: 19 MiB, two passes, one lane. About 6 ms here. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
type Parameters = typeof parameters;

/** Hashes and checks passwords. */
export interface PasswordHasher {
  /**
   * Lets a request that will hash a password in, before it touches the database: few work at once, some wait in a line that
   * holds nothing, and the rest is sent away with an `OverloadedError`.
   */
  admit<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects with an `OverloadedError` when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password fits. `stored: null` (no such user) does the same work and answers false. Rejects with an
   * `OverloadedError` when too many wait.
   */
  verify(stored: string | null, password: string): Promise<boolean>;
  /** Whether a stored hash was made with less work than passwords get today. */
  isOutdated(stored: string): boolean;
}

/** Two ways to type the same letters are the same password (NIST SP 800-63B, 3.1.1.2). */
const canonical = (password: string) => password.normalize("NFKC");

/** Makes a hasher with its own line. */
export function createPasswordHasher(limits: DoorLimits, cost: Parameters = parameters): PasswordHasher {
  // While one of two hashes, the other one reads or writes.
  const entrance = createDoor({ concurrency: limits.concurrency * 2, queue: limits.queue });
  const door = createDoor(limits);
  const decoy = hash("a password that nobody has", cost);
  return {
    admit: (work) => entrance.run(work),
    hash: (password) => door.run(() => hash(canonical(password), cost)),
    verify: (stored, password) =>
      door.run(async () => {
        const fits = await verify(stored ?? (await decoy), canonical(password));
        return fits && stored !== null;
      }),
    isOutdated: (stored) => {
      const [, memory = "0", time = "0"] = /\$m=(\d+),t=(\d+),/.exec(stored) ?? [];
      return Number(memory) < cost.memoryCost || Number(time) < cost.timeCost;
    },
  };
}
