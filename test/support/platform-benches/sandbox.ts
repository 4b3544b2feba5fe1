import { v7 } from "uuid";
import { z } from "zod";
import type { Platform } from "../../../src/platforms/platform.ts";
import { sandbox } from "../../../src/platforms/sandbox/platform.ts";
import type { PlatformFault, PlatformSimulator, PublicPost } from "../../simulators/platform-simulator.ts";
import { createTestClock } from "../clock.ts";
import { createDatabase, type Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

/** The troubles that can be ordered, by what they are called there. */
const behaviours: Partial<Record<PlatformFault["kind"], string>> = {
  "hang-after-effect": "accept_then_hang",
  "error-after-effect": "accept_then_500",
  "refuse-content": "refuse",
  unauthorized: "expired_token",
};
const texts = z.array(z.string());

/** An account of the sandbox. Its simulator is itself: an armed trouble becomes the next post's behaviour. */
export async function openSandboxBench(t: Teardown, capability = "keyed"): Promise<PlatformBench> {
  const clock = createTestClock();
  const variables = { SANDBOX_ENABLED: "true" };
  const context = await platformContext(t, sandbox, { clock, variables, databaseUrl: await createDatabase(t) });
  const platform = sandbox.open(context);
  if (platform?.connect === undefined) throw new Error("The sandbox is switched on.");
  const workspace = await context.db.workspace.create({ data: { name: "Ada" } });
  const form = { method: "sandbox", fields: { handle: "ada", capability }, workspaceId: workspace.id };
  const connected = await platform.connect(form, new AbortController().signal);
  if (connected.kind !== "connected" || connected.accounts[0] === undefined) throw new Error(JSON.stringify(connected));
  const { account, credentials } = connected.accounts[0];
  const armed: string[] = [];
  const posts: PublicPost[] = [];
  let sends = 0;
  const simulator: PlatformSimulator = {
    ...{ url: context.publicUrl, publicPosts: posts, offences: [] },
    get irreversibleCalls() {
      return sends;
    },
    arm({ kind }, times = 1) {
      const behaviour = behaviours[kind];
      if (behaviour === undefined) throw new Error(`The sandbox does not know the trouble "${kind}".`);
      armed.push(...Array.from({ length: times }, () => behaviour));
    },
    advance: (milliseconds) => clock.advance(milliseconds),
    close: () => Promise.resolve(),
  };
  const watched: Platform = {
    ...platform,
    async publish(request, signal) {
      if (!signal.aborted) sends += 1;
      const behaviour = armed.shift();
      const options = behaviour === undefined ? request.options : { behaviour };
      const outcome = await platform.publish({ ...request, options }, signal);
      const rows = await context.db.sandboxPost.findMany({ where: { publicAt: { lte: clock.now() } } });
      const seen = rows.map((row): PublicPost => {
        const altTexts = texts.parse(row.altTexts);
        return { id: row.id, text: row.caption, images: altTexts.length, altTexts, at: row.createdAt };
      });
      posts.splice(0, posts.length, ...seen);
      return outcome;
    },
  };
  const picture = await publishImage();
  return {
    ...{ definition: sandbox, platform: watched, session: { account, credentials }, simulator },
    ...{ now: () => clock.now(), missingId: v7() },
    faults: ["hang-after-effect", "error-after-effect", "refuse-content", "unauthorized"],
    request: (change) =>
      platformRequest({
        ...{ account, credentials, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) },
        ...{ caption: "A boat.", images: [picture] },
        ...change,
      }),
  };
}

/** One row for each class of platforms. */
export const sandboxBenches: readonly PlatformBenchRow[] = [
  ...["keyed", "handle", "staged", "detects", "search", "none"],
].map((capability) => ({ name: `sandbox ${capability}`, open: (t) => openSandboxBench(t, capability) }));
