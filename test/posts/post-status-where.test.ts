import { randomUUID } from "node:crypto";
import fc from "fast-check";
import t from "tap";
import { PostTargetStatus } from "../../src/generated/prisma/enums.ts";
import { postStatus } from "../../src/posts/post-status.ts";
import { wherePostStatus } from "../../src/posts/post-status-where.ts";
import { openDesk } from "../support/publishing-desk.ts";
import { connectGallery } from "../support/studio.ts";

const targetStatuses = Object.values(PostTargetStatus);
const postStatuses = [...targetStatuses, "PARTIALLY_PUBLISHED"] as const;

/** Target statuses of many posts at once: a statement each would be most of the time. */
const posts = fc.array(fc.array(fc.constantFrom(...targetStatuses), { maxLength: 5 }), { minLength: 1, maxLength: 60 });

t.test("the database finds a post by exactly the status that its targets give it", async (t) => {
  const { atelier, ada } = await openDesk(t);
  const { db } = atelier.services;
  // A post has one target for each account at most.
  for (const handle of ["bay", "cove", "dune", "ebb"]) await connectGallery(ada, handle);
  const accounts = await db.socialAccount.findMany({ select: { id: true, workspaceId: true } });
  const workspaceId = accounts[0]?.workspaceId ?? "";
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(posts, fc.subarray([...postStatuses], { minLength: 1 }), async (targetsOf, several) => {
      const made = targetsOf.map((statuses) => ({ id: randomUUID(), statuses }));
      await db.post.createMany({ data: made.map(({ id }) => ({ id, workspaceId, caption: "A boat." })) });
      await db.postTarget.createMany({
        data: made.flatMap(({ id, statuses }) =>
          statuses.map((status, position) => {
            const socialAccountId = accounts[position]?.id ?? "";
            return { postId: id, workspaceId, socialAccountId, position, status };
          }),
        ),
      });
      const found = async (statuses: readonly (typeof postStatuses)[number][]) => {
        const rows = await db.post.findMany({
          where: { AND: [{ id: { in: made.map(({ id }) => id) } }, wherePostStatus(statuses)] },
          select: { id: true },
        });
        return rows.map(({ id }) => id).toSorted();
      };
      const expected = (statuses: readonly string[]) =>
        made.flatMap((post) => (statuses.includes(postStatus(post.statuses)) ? [post.id] : [])).toSorted();
      for (const status of postStatuses) {
        const ids = await found([status]);
        if (ids.length > 0) seen.add(status);
        t.strictSame(ids, expected([status]), status);
      }
      t.strictSame(await found(several), expected(several), several.join(", "));
    }),
    { numRuns: 20, examples: [[targetStatuses.map((status) => [status]), ["DRAFT"]]] },
  );
  t.strictSame([...seen].toSorted(), [...postStatuses].toSorted(), "every status occurred");
  t.strictSame(await db.post.count({ where: wherePostStatus([]) }), 0, "no status is no post");
});
