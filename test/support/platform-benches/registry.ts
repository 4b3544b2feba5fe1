import type { PlatformBenchRow } from "./bench.ts";
import { blueskyBench } from "./bluesky.ts";
import { discordBenches } from "./discord.ts";
import { facebookBench } from "./facebook.ts";
import { instagramBenches } from "./instagram.ts";
import { mastodonBench } from "./mastodon.ts";
import { sandboxBenches } from "./sandbox.ts";
import { showcaseBench } from "./showcase.ts";
import { telegramBench } from "./telegram.ts";
import { xBenches } from "./x.ts";

/** What the contract suite runs over: at least one row for every registered platform. */
export const platformBenches: readonly PlatformBenchRow[] = [
  ...[showcaseBench, blueskyBench, mastodonBench, facebookBench, telegramBench],
  ...instagramBenches,
  ...xBenches,
  ...discordBenches,
  ...sandboxBenches,
];
