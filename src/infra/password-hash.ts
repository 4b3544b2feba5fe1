/** argon2id behind a bounded door: two cores hash a few hundred passwords a second, so an open door would stop the server. */
import { hash, verify } from "@node-rs/argon2";
import { OverloadedError } from "./errors.ts";

/** OWASP's first choice for argon2id, which is the library's default algorithm: 19 MiB, two passes, one lane. About 6 ms here. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How many hashes run at once, and how many may wait. */
export interface PasswordHasherLimits {
  readonly concurrency: number;
  readonly queue: number;
}

/** Hashes and checks passwords. Both reject with an {@link OverloadedError} when too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Whether the password fits. `stored: null` (no such user) does the same work and answers false. */
  verify(stored: string | null, password: string): Promise<boolean>;
}

/** Makes a hasher with its own queue. */
export function createPasswordHasher({ concurrency, queue }: PasswordHasherLimits): PasswordHasher {
  const waiting: (() => void)[] = [];
  let running = 0;
  const decoy = hash("a password that nobody has", parameters);

  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (waiting.length >= queue) throw new OverloadedError(1);
      // The one who leaves hands the place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  return {
    hash: (password) => bounded(() => hash(password, parameters)),
    verify: (stored, password) =>
      bounded(async () => {
        const fits = await verify(stored ?? (await decoy), password);
        return fits && stored !== null;
      }),
  };
}
