import type { Clock } from "../../infra/clock.ts";
import type { CrashPoint } from "../../infra/crash-point.ts";
import type { Db, Transact } from "../../infra/db.ts";
import type { ObjectStorage } from "../../infra/storage.ts";

/** What erasing touches. */
export interface ErasureServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly storage: ObjectStorage;
  readonly crashPoint: CrashPoint;
}
