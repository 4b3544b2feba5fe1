import { v7 } from "uuid";
import { bluesky } from "../../../src/platforms/bluesky/platform.ts";
import type { Platform } from "../../../src/platforms/platform.ts";
import { type BlueskySimulator, blueskySimulator } from "../../simulators/bluesky.ts";
import { createTestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

/** A bench with what only this simulator and platform can do. */
export interface BlueskyBench extends PlatformBench {
  readonly simulator: BlueskySimulator;
  readonly platform: Platform & Required<Pick<Platform, "connect">>;
}

/** A Bluesky account, connected by its app password. */
export async function openBlueskyBench(t: Teardown): Promise<BlueskyBench> {
  const clock = createTestClock();
  const simulator = await blueskySimulator(t, clock);
  const variables = { BLUESKY_SERVER: simulator.url, BLUESKY_APPVIEW: simulator.url };
  const platform = bluesky.open(await platformContext(t, bluesky, { clock, variables }));
  if (platform?.connect === undefined) throw new Error("Bluesky is always open.");
  const { connect } = platform;
  const fields = { identifier: "alice.test", appPassword: simulator.appPassword };
  const form = { method: "bluesky", fields, workspaceId: v7() };
  const connected = await connect(form, new AbortController().signal);
  if (connected.kind !== "connected" || connected.accounts[0] === undefined) throw new Error(JSON.stringify(connected));
  const { account, credentials } = connected.accounts[0];
  const picture = await publishImage();
  return {
    ...{
      definition: bluesky,
      platform: { ...platform, connect },
      session: { account, credentials },
      simulator,
      now: () => clock.now(),
    },
    missingId: `at://${simulator.did}/app.bsky.feed.post/3jzfcijpj2z2a`,
    request: (change) =>
      platformRequest({
        ...{ account, credentials, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) },
        ...{ caption: "A boat.", images: [picture] },
        ...change,
      }),
  };
}

/** Its row in the contract suite. */
export const blueskyBench: PlatformBenchRow = { name: "bluesky", open: openBlueskyBench };
