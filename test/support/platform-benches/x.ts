import { v7 } from "uuid";
import { Secret } from "../../../src/infra/secret.ts";
import type { AccountSession } from "../../../src/platforms/connection.ts";
import type { Platform } from "../../../src/platforms/platform.ts";
import { x } from "../../../src/platforms/x/platform.ts";
import { type XSimulator, xSimulator } from "../../simulators/x.ts";
import { xApp } from "../../simulators/x-oauth.ts";
import { createTestClock, type TestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

/** A bench with everything that X's own tests need. */
export interface XBench extends PlatformBench {
  readonly platform: Platform &
    Required<
      Pick<Platform, "authorise" | "completeAuthorisation" | "refresh" | "revoke" | "prepare" | "measure" | "verify">
    >;
  readonly simulator: XSimulator;
  readonly clock: TestClock;
}

/** Opens X against its simulator, with an account. A public client has no secret. */
export async function openX(t: Teardown, client: "confidential" | "public" = "confidential"): Promise<XBench> {
  const clock = createTestClock();
  const simulator = await xSimulator(t, clock);
  simulator.oauth.confidential = client === "confidential";
  const variables = {
    ...{ X_CLIENT_ID: xApp.id, X_API_URL: simulator.url, X_LOGIN_URL: simulator.url },
    ...(client === "confidential" && { X_CLIENT_SECRET: xApp.secret }),
  };
  const platform = x.open(await platformContext(t, x, { clock, variables }));
  if (!platform?.authorise || !platform.completeAuthorisation || !platform.refresh || !platform.revoke) {
    throw new Error("X did not open.");
  }
  const { authorise, completeAuthorisation, refresh, revoke, prepare, measure, verify } = platform;
  if (!prepare || !measure || !verify) throw new Error("X can do less than it did.");
  const { accessToken, refreshToken } = simulator.oauth.signIn();
  const { id: remoteId, username: handle, name } = simulator.user;
  const session: AccountSession = {
    account: { remoteId, handle, name, url: `https://x.com/${handle}`, method: "x", details: { longPosts: "no" } },
    credentials: { accessToken: new Secret(accessToken), refreshToken: new Secret(refreshToken) },
  };
  const picture = await publishImage();
  return {
    ...{ definition: x, session, simulator, clock, missingId: "1989999999999999999", now: () => clock.now() },
    platform: { ...platform, authorise, completeAuthorisation, refresh, revoke, prepare, measure, verify },
    request: (change = {}) =>
      platformRequest({
        ...{ ...session, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) },
        ...{ caption: "A boat.", images: [picture] },
        ...change,
      }),
  };
}

/** Both kinds of client. */
export const xBenches: readonly PlatformBenchRow[] = [
  { name: "x", open: (t) => openX(t) },
  { name: "x public client", open: (t) => openX(t, "public") },
];
