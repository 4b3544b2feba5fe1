/** argon2id behind a bounded door: two cores hash a few hundred passwords a second, so an open door would stop the server. */
import { hash, verify } from "@node-rs/argon2";
import { createDoor, type DoorLimits } from "./bounded-door.ts";

/** OWASP's first choice for argon2id, which is the library's default algorithm: 19 MiB, two passes, one lane. About 6 ms here. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords. Both reject with an `OverloadedError` when too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Whether the password fits. `stored: null` (no such user) does the same work and answers false. */
  verify(stored: string | null, password: string): Promise<boolean>;
}

/** Makes a hasher with its own queue. */
export function createPasswordHasher(limits: DoorLimits): PasswordHasher {
  const door = createDoor(limits);
  const decoy = hash("a password that nobody has", parameters);
  return {
    hash: (password) => door.run(() => hash(password, parameters)),
    verify: (stored, password) =>
      door.run(async () => {
        const fits = await verify(stored ?? (await decoy), password);
        return fits && stored !== null;
      }),
  };
}
