import { v7 } from "uuid";
import { Secret } from "../../../src/infra/secret.ts";
import type { AccountSession } from "../../../src/platforms/connection.ts";
import { facebook } from "../../../src/platforms/facebook/platform.ts";
import type { Platform } from "../../../src/platforms/platform.ts";
import { type FacebookSimulator, facebookPage, facebookSimulator } from "../../simulators/facebook.ts";
import { facebookApp } from "../../simulators/facebook-people.ts";
import { createTestClock, type TestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

/** A bench with everything that Facebook's own tests need. */
export interface FacebookBench extends PlatformBench {
  readonly platform: Required<Pick<Platform, "prepare" | "authorise" | "completeAuthorisation">> & Platform;
  readonly simulator: FacebookSimulator;
  readonly clock: TestClock;
}

/** Opens Facebook against its simulator, with a Page. */
export async function openFacebook(t: Teardown): Promise<FacebookBench> {
  const clock = createTestClock();
  const simulator = await facebookSimulator(t, clock);
  const variables = {
    ...{ FACEBOOK_APP_ID: facebookApp.id, FACEBOOK_APP_SECRET: facebookApp.secret },
    FACEBOOK_GRAPH_URL: `${simulator.url}/fb`,
  };
  const platform = facebook.open(await platformContext(t, facebook, { clock, variables }));
  if (!platform?.prepare || !platform.authorise || !platform.completeAuthorisation) {
    throw new Error("Facebook did not open.");
  }
  const { prepare, authorise, completeAuthorisation } = platform;
  const { id: remoteId, username: handle = "", name } = facebookPage;
  const session: AccountSession = {
    account: {
      ...{ remoteId, handle, name, url: `https://www.facebook.com/${handle}`, method: "facebook", details: {} },
    },
    credentials: { token: new Secret(simulator.people.pageToken(remoteId)) },
  };
  const picture = await publishImage();
  return {
    ...{ definition: facebook, session, simulator, clock, missingId: `${remoteId}_17900000000000` },
    platform: { ...platform, prepare, authorise, completeAuthorisation },
    now: () => clock.now(),
    request: (change = {}) =>
      platformRequest({
        ...{ ...session, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) },
        ...{ caption: "A boat.", images: [picture] },
        ...change,
      }),
  };
}

export const facebookBench: PlatformBenchRow = { name: "facebook", open: openFacebook };
