import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";
import { operations } from "../support/team.ts";

async function open(t: Parameters<typeof openAtelier>[0]) {
  const platform = standInPlatform();
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms: platform.platforms });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.makeImages(atelier, ada);
  const socialAccountId = await studio.connectGallery(ada, "ada");
  const publish = () =>
    ada.mutate(studio.operations.create, {
      ...{
        caption: "A kite.",
        images: [{ imageId }],
        targets: [{ socialAccountId }],
        schedule: { now: true },
        allowDuplicate: true,
      },
    });
  const policy = (reviewPolicy: string) => ada.mutate(operations.updateWorkspace, { reviewPolicy });
  const review = (decision: string) =>
    ada.mutate(studio.operations.review, { imageIds: [imageId], decision, reason: "Because." });
  return { atelier, ada, platform, publish, policy, review };
}

t.test("without the gate, what nobody has judged goes out, and what somebody rejected does not", async (t) => {
  const { atelier, platform, publish, policy, review } = await open(t);
  t.match(await publish(), { __typename: "ImageNotApprovedError" }, "the gate is on by default");
  await policy("NONE");
  t.match(await publish(), { __typename: "CreatePostSuccess", post: { status: "SCHEDULED" } });
  await atelier.drain();
  t.equal(platform.arrived.length, 1);
  await review("REJECT");
  t.match(await publish(), { __typename: "ImageNotApprovedError" });
  await review("APPROVE");
  t.match(await publish(), { __typename: "CreatePostSuccess" });
});

t.test("the gate that is closed after the scheduling holds at the sending", async (t) => {
  const { atelier, ada, platform, publish, policy } = await open(t);
  await policy("NONE");
  const { post } = await publish();
  await policy("REQUIRED");
  await atelier.drain();
  t.equal(platform.arrived.length, 0);
  const { data } = await ada.request("query ($id: ID!) { post(id: $id) { targets { status failure { code } } } }", {
    id: post.id,
  });
  t.same(data.post.targets, [{ status: "FAILED", failure: { code: "IMAGE_NOT_APPROVED" } }]);
});
