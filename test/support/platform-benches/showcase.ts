import { v7 } from "uuid";
import { z } from "zod";
import type { Platform } from "../../../src/platforms/platform.ts";
import { showcase } from "../../../src/platforms/showcase/platform.ts";
import type { PlatformSimulator, PublicPost } from "../../simulators/platform-simulator.ts";
import { createTestClock } from "../clock.ts";
import { createDatabase } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

const alts = z.array(z.object({ alt: z.string() }));

/** The showcase: its outside is our own database, so no trouble of a network can happen. */
export const showcaseBench: PlatformBenchRow = {
  name: "showcase",
  async open(t) {
    const clock = createTestClock();
    const context = await platformContext(t, showcase, { clock, databaseUrl: await createDatabase(t) });
    const platform = showcase.open(context);
    if (platform?.connect === undefined) throw new Error("The showcase is always open.");
    const workspace = await context.db.workspace.create({ data: { name: "Ada" } });
    const form = { method: "showcase", fields: { handle: "ada", name: "Ada" }, workspaceId: workspace.id };
    const connected = await platform.connect(form, new AbortController().signal);
    if (connected.kind !== "connected" || connected.accounts[0] === undefined) throw new Error("Not connected.");
    const { account, credentials } = connected.accounts[0];
    const picture = await publishImage();
    const posts: PublicPost[] = [];
    let sends = 0;
    const simulator: PlatformSimulator = {
      ...{ url: context.publicUrl, publicPosts: posts, offences: [] },
      get irreversibleCalls() {
        return sends;
      },
      arm: ({ kind }) => {
        throw new Error(`Our own database does not know the trouble "${kind}".`);
      },
      advance: (milliseconds) => clock.advance(milliseconds),
      close: () => Promise.resolve(),
    };
    const watched: Platform = {
      ...platform,
      async publish(request, signal) {
        sends += 1;
        const outcome = await platform.publish(request, signal);
        const rows = await context.db.showcaseEntry.findMany({ orderBy: { publishedAt: "asc" } });
        const seen = rows.map(({ id, caption, images, publishedAt }): PublicPost => {
          const altTexts = alts.parse(images).map(({ alt }) => alt);
          return { id, text: caption, images: altTexts.length, altTexts, at: publishedAt };
        });
        posts.splice(0, posts.length, ...seen);
        return outcome;
      },
    };
    return {
      ...{ definition: showcase, platform: watched, session: { account, credentials }, simulator, faults: [] },
      ...{ now: () => clock.now(), missingId: v7() },
      request: (change) =>
        platformRequest({
          ...{ account, credentials, key: v7(), preparedAt: clock.now(), refs: memoryRefs() },
          ...{ caption: "A boat.", images: [picture] },
          ...change,
        }),
    };
  },
};
