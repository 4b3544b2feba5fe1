import fc from "fast-check";
import t from "tap";
import { PostTargetStatus } from "../../src/generated/prisma/enums.ts";
import { postStatus } from "../../src/posts/post-status.ts";

const targets = fc.array(fc.constantFrom(...Object.values(PostTargetStatus)), { minLength: 1, maxLength: 8 });
const atRest = ["PUBLISHED", "FAILED", "MISSED", "DRAFT", "CANCELLED"];

t.test("a post's status follows from its targets", async () => {
  fc.assert(
    fc.property(targets, (statuses) => {
      const status = postStatus(statuses);
      const published = statuses.filter((target) => target === "PUBLISHED").length;
      const resting = statuses.every((target) => atRest.includes(target));
      // Nobody is told that a post is out, in whole or in part, while something of it still moves.
      if ((status === "PUBLISHED") !== (published === statuses.length)) return false;
      if ((status === "PARTIALLY_PUBLISHED") !== (resting && published > 0 && published < statuses.length))
        return false;
      // Everything else is the status of a target of it, and a moving one where there is one.
      if (status === "PARTIALLY_PUBLISHED") return true;
      return statuses.includes(status) && (resting || !atRest.includes(status));
    }),
  );
});

t.test("neither the order of targets nor twice the same makes a difference", async () => {
  fc.assert(
    fc.property(targets, fc.nat(), (statuses, turn) => {
      const by = turn % statuses.length;
      const turned = [...statuses.slice(by), ...statuses.slice(0, by)];
      return (
        postStatus(turned) === postStatus(statuses) && postStatus([...statuses, ...statuses]) === postStatus(statuses)
      );
    }),
  );
});

t.test("one target speaks for itself; none is a draft", async (t) => {
  for (const status of Object.values(PostTargetStatus)) t.equal(postStatus([status]), status);
  t.equal(postStatus([]), "DRAFT");
});
