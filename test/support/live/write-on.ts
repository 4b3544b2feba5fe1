import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { operations } from "../studio.ts";
import type { LiveWorkspace, LiveWorld } from "./live-world.ts";

const made = z.object({ createPost: z.object({ post: z.object({ id: z.string(), version: z.number() }) }) });
const pictures = z.object({ generateImages: z.object({ images: z.array(z.object({ id: z.string() })) }) });

const update = "mutation ($input: UpdatePostInput!) { updatePost(input: $input) { __typename } }";
const remove = "mutation ($input: DeletePostInput!) { deletePost(input: $input) { __typename } }";

/**
 * One hand that writes until it is told to stop: pictures, reviews, posts that are made, changed and deleted, each through one of
 * the servers. What fails meanwhile fails.
 */
export function writeOn(world: LiveWorld, random: () => number): { stop(): Promise<void> } {
  const state = { stopped: false };
  const images = new Map<LiveWorkspace, string[]>();
  const pick = <T>(choices: readonly T[]): T | undefined => choices[Math.floor(random() * choices.length)];
  const step = async () => {
    const workspace = pick(world.workspaces);
    if (workspace === undefined) return;
    const { writer, publicId: workspaceId, accountId } = workspace;
    const run = (query: string, input: object) => world.ask(pick(world.servers) ?? "", writer, query, { input });
    const chance = random();
    if (chance < 0.15) {
      const asked = { prompt: "a kite", width: 256, height: 256, provider: "sketch", count: 2, workspaceId };
      const answer = pictures.safeParse(await run(operations.generate, asked));
      const ids = answer.success ? answer.data.generateImages.images.map(({ id }) => id) : [];
      images.set(workspace, [...(images.get(workspace) ?? []), ...ids].slice(-20));
    } else if (chance < 0.4) {
      const imageId = pick(images.get(workspace) ?? []);
      if (imageId !== undefined) await run(operations.review, { imageIds: [imageId], decision: "APPROVE" });
    } else {
      const draft = { caption: "A kite.", images: [], targets: [{ socialAccountId: accountId }], workspaceId };
      const answer = made.safeParse(await run(operations.create, draft));
      if (!answer.success) return;
      const { id: postId, version } = answer.data.createPost.post;
      if (random() < 0.7) await run(update, { postId, expectedVersion: version, caption: "A better kite." });
      if (random() < 0.4) await run(remove, { postId });
    }
  };
  const running = (async () => {
    while (!state.stopped) {
      await step();
      await delay(20 + random() * 120);
    }
  })();
  return {
    stop: () => {
      state.stopped = true;
      return running;
    },
  };
}
