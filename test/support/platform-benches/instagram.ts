import { v7 } from "uuid";
import { Secret } from "../../../src/infra/secret.ts";
import type { AccountSession } from "../../../src/platforms/connection.ts";
import { instagram } from "../../../src/platforms/instagram/platform.ts";
import type { Platform } from "../../../src/platforms/platform.ts";
import { facebookApp } from "../../simulators/facebook-people.ts";
import { type InstagramSimulator, instagramAccount, instagramSimulator } from "../../simulators/instagram.ts";
import { instagramApp } from "../../simulators/instagram-login.ts";
import { createTestClock, type TestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { mediaHost } from "./media-host.ts";
import { publishImage } from "./pictures.ts";

/** A bench with everything that Instagram's own tests need. */
export interface InstagramBench extends PlatformBench {
  readonly platform: Required<Pick<Platform, "prepare" | "authorise" | "completeAuthorisation" | "refresh">> & Platform;
  readonly simulator: InstagramSimulator;
  readonly clock: TestClock;
}

/** Opens Instagram against its simulator, with an account of this way to connect. */
export async function openInstagram(t: Teardown, method = "instagram"): Promise<InstagramBench> {
  const clock = createTestClock();
  const simulator = await instagramSimulator(t, clock);
  const { url } = simulator;
  const variables = {
    ...{ INSTAGRAM_APP_ID: instagramApp.id, INSTAGRAM_APP_SECRET: instagramApp.secret },
    ...{ FACEBOOK_APP_ID: facebookApp.id, FACEBOOK_APP_SECRET: facebookApp.secret },
    ...{ INSTAGRAM_GRAPH_URL: `${url}/ig`, INSTAGRAM_API_URL: `${url}/api`, FACEBOOK_GRAPH_URL: `${url}/fb` },
  };
  const platform = instagram.open(await platformContext(t, instagram, { clock, variables }));
  if (!platform?.prepare || !platform.authorise || !platform.completeAuthorisation || !platform.refresh) {
    throw new Error("Instagram did not open.");
  }
  const { prepare, authorise, completeAuthorisation, refresh } = platform;
  const direct = method === "instagram";
  const { id: remoteId, username: handle, name } = instagramAccount;
  const session: AccountSession = {
    account: {
      ...{ remoteId, handle, name, url: `https://www.instagram.com/${handle}/`, method },
      details: direct ? {} : { pageId: "100200300" },
    },
    credentials: { token: new Secret(direct ? simulator.login.token() : simulator.people.pageToken("100200300")) },
  };
  const host = await mediaHost(t);
  const picture = await publishImage();
  return {
    ...{ definition: instagram, session, simulator, clock, missingId: "17900000000000" },
    platform: { ...platform, prepare, authorise, completeAuthorisation, refresh },
    now: () => clock.now(),
    request: (change = {}) => {
      const base = { ...session, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) };
      const request = platformRequest({ ...base, caption: "A boat.", images: [picture], ...change });
      return { ...request, images: request.images.map((image) => host.shown(image)) };
    },
  };
}

/** Both ways to publish. */
export const instagramBenches: readonly PlatformBenchRow[] = [
  { name: "instagram", open: (t) => openInstagram(t) },
  { name: "instagram with Facebook", open: (t) => openInstagram(t, "instagramWithFacebook") },
];
