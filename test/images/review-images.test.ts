import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { review, generate } = studio.operations;

t.test("pictures are approved and rejected, and may be judged anew", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const imageIds = await studio.makeImages(atelier, ada, 2);
  const approved = await ada.mutate(review, { imageIds: [...imageIds, imageIds[0]].reverse(), decision: "APPROVE" });
  t.match(approved.images, [
    { id: imageIds[0], reviewState: "APPROVED" },
    { id: imageIds[1], reviewState: "APPROVED" },
  ]);
  const rejected = await ada.mutate(review, { imageIds, decision: "REJECT", reason: "  Six fingers. " });
  t.match(rejected.images, [
    { reviewState: "REJECTED", reviewReason: "Six fingers.", reviewedAt: atelier.clock.now().toISOString() },
    { reviewState: "REJECTED" },
  ]);
  const events = await atelier.services.db.event.findMany({ where: { entityId: studio.rowIdOf(imageIds[0] ?? "") } });
  const versions = events.map(({ version }) => version);
  t.same(
    versions,
    [...versions].sort((a, b) => a - b),
    "each judgement has its own version",
  );
  t.equal(new Set(versions).size, versions.length);
});

t.test("what cannot be judged is refused whole, and nothing is written", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const [mine = ""] = await studio.makeImages(atelier, ada);
  const [theirs = ""] = await studio.makeImages(atelier, bob);
  const { images } = await ada.mutate(generate, { prompt: "not made yet" });
  const pending = images[0].id;
  const before = await studio.fingerprint(atelier);
  const approve = (imageIds: readonly string[]) => ada.mutate(review, { imageIds, decision: "APPROVE" });
  const issue = (path: string[], code: string, message: RegExp) => ({
    __typename: "ValidationError",
    issues: [{ path, code, message }],
  });

  t.match(await ada.mutate(review, { imageIds: [mine], decision: "REJECT" }), issue(["reason"], "EMPTY", /Say why/));
  t.match(
    await ada.mutate(review, { imageIds: [mine], decision: "REJECT", reason: "  " }),
    issue(["reason"], "EMPTY", /Say why/),
  );
  t.match(
    await ada.mutate(review, { imageIds: [mine], decision: "REJECT", reason: "x".repeat(1_001) }),
    issue(["reason"], "TOO_LONG", /1,000/),
  );
  t.match(await approve([]), issue(["imageIds"], "TOO_FEW", /at least one/));
  t.match(await approve(Array.from({ length: 101 }, () => mine)), issue(["imageIds"], "TOO_MANY", /at most 100/));
  t.match(await approve([mine, "nonsense"]), issue(["imageIds", "1"], "INVALID_ID", /no id at all/));
  const notThere = { __typename: "NotFoundError", message: "There is no such image, or you cannot see it." };
  t.match(await approve([mine, theirs]), notThere);
  t.match(await approve([mine, studio.missingId("Image")]), notThere);
  t.match(await approve([mine, pending]), {
    __typename: "ConflictError",
    message: /is PENDING\. Only a GENERATED image/,
  });
  const anonymous = await atelier.nobody.request(review, { input: { imageIds: [mine], decision: "APPROVE" } });
  t.equal(anonymous.errors?.[0]?.extensions.code, "UNAUTHENTICATED");
  t.same(await studio.fingerprint(atelier), before);
});

t.test("an editor creates, but does not judge", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const imageIds = await studio.makeImages(atelier, ada);
  const workspaceId = studio.rowIdOf(await studio.personalWorkspace(ada));
  await atelier.services.db.member.create({ data: { workspaceId, userId: studio.rowIdOf(bob.id), role: "EDITOR" } });
  const before = await studio.fingerprint(atelier);
  t.match(await bob.mutate(review, { imageIds, decision: "APPROVE" }), {
    __typename: "ForbiddenError",
    message: /EDITOR.*images:review/,
  });
  t.same(await studio.fingerprint(atelier), before);
});
