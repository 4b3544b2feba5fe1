import type { PlatformBenchRow } from "./bench.ts";
import { facebookBench } from "./facebook.ts";
import { instagramBenches } from "./instagram.ts";
import { showcaseBench } from "./showcase.ts";

/** What the contract suite runs over: at least one row for every registered platform. */
export const platformBenches: readonly PlatformBenchRow[] = [showcaseBench, ...instagramBenches, facebookBench];
