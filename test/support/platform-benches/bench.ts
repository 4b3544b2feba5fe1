import type { AccountSession } from "../../../src/platforms/connection.ts";
import type { Platform, PlatformDefinition } from "../../../src/platforms/platform.ts";
import type { PublishRequest } from "../../../src/platforms/publication.ts";
import type { PlatformFault, PlatformSimulator } from "../../simulators/platform-simulator.ts";
import type { Teardown } from "../database.ts";

/** One registered platform, opened against its simulator, with a connected account: what the contract suite runs over. */
export interface PlatformBench {
  readonly definition: PlatformDefinition;
  readonly platform: Platform;
  readonly session: AccountSession;
  readonly simulator: PlatformSimulator;
  /** A post that the platform takes, with one picture unless told otherwise. Each call has a key of its own. */
  request(change?: Partial<PublishRequest>): PublishRequest;
  /** Troubles that can happen here. Default: all of them. */
  readonly faults?: readonly PlatformFault["kind"][];
  /** The time by the platform's clock, which dates in answers are reckoned from. Default: the machine's. */
  now?(): Date;
  /** A well-formed id of a post that is not there, for platforms that read posts back. */
  readonly missingId?: string;
}

/** Opens a bench; what it opens ends with the test. One per way in which an account can publish. */
export interface PlatformBenchRow {
  /** The platform, and the way where there are several: "discord webhook". */
  readonly name: string;
  open(t: Teardown): Promise<PlatformBench>;
}
