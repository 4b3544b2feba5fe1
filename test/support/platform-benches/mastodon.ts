import { v7 } from "uuid";
import { mastodon } from "../../../src/platforms/mastodon/platform.ts";
import type { Platform } from "../../../src/platforms/platform.ts";
import { type MastodonSimulator, mastodonSimulator } from "../../simulators/mastodon.ts";
import { createTestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

/** A bench with everything that the platform can do. */
export interface MastodonBench extends PlatformBench {
  readonly simulator: MastodonSimulator;
  readonly platform: Platform &
    Required<Pick<Platform, "connect" | "authorise" | "completeAuthorisation" | "prepare" | "measure">>;
}

/** A Mastodon account, connected by a token. */
export async function openMastodonBench(t: Teardown, version = "4.5.2"): Promise<MastodonBench> {
  const clock = createTestClock();
  const simulator = await mastodonSimulator(t, clock);
  simulator.server.version = version;
  const platform = mastodon.open(await platformContext(t, mastodon, { clock }));
  if (
    !platform?.connect ||
    !platform.authorise ||
    !platform.completeAuthorisation ||
    !platform.prepare ||
    !platform.measure
  ) {
    throw new Error("Mastodon is always open.");
  }
  const { connect, authorise, completeAuthorisation, prepare, measure } = platform;
  const fields = { server: simulator.url, accessToken: simulator.token };
  const connected = await connect({ method: "mastodonToken", fields, workspaceId: v7() }, new AbortController().signal);
  if (connected.kind !== "connected" || connected.accounts[0] === undefined) throw new Error(JSON.stringify(connected));
  const { account, credentials } = connected.accounts[0];
  const picture = await publishImage();
  return {
    ...{ definition: mastodon, session: { account, credentials }, simulator, now: () => clock.now() },
    ...{ platform: { ...platform, connect, authorise, completeAuthorisation, prepare, measure }, missingId: "999" },
    request: (change) =>
      platformRequest({
        ...{ account, credentials, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) },
        ...{ caption: "A boat.", images: [picture] },
        ...change,
      }),
  };
}

/** Its row in the contract suite. */
export const mastodonBench: PlatformBenchRow = { name: "mastodon", open: (t) => openMastodonBench(t) };
