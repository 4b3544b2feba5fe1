import type { Clock } from "../../infra/clock.ts";
import type { CrashPoint } from "../../infra/crash-point.ts";
import type { Db, Transact } from "../../infra/db.ts";
import type { Logger } from "../../infra/log.ts";
import type { ObjectStorage } from "../../infra/storage.ts";

/** What erasing touches. */
export interface ErasureServices {
  readonly db: Db;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly storage: ObjectStorage;
  readonly crashPoint: CrashPoint;
  /**
   * Ends the access of all social accounts of a workspace at their platforms, as far as that can be done, within minutes. Given by
   * whoever runs the erasure, because accounts stand above people. Rejects when the signal is aborted.
   */
  endWorkspaceAccess(workspaceId: string, context: ErasureContext): Promise<void>;
}

/** How a run of the erasure is told to stop, and where it writes. */
export interface ErasureContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
}
