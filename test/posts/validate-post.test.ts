import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const validate = `query ($input: ValidatePostInput!) { validatePost(input: $input) { isValid issues { path code message } } }`;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.approvedImages(atelier, ada);
  const socialAccountId = await studio.connectGallery(ada, "ada");
  const ask = async (input: Record<string, unknown>) => (await ada.request(validate, { input })).data.validatePost;
  return { atelier, ada, imageId, socialAccountId, ask };
}

t.test("a post that is being written is checked like one that is scheduled, and nothing is written", async (t) => {
  const { atelier, ada, imageId, socialAccountId, ask } = await open(t);
  const [unreviewed = ""] = await studio.makeImages(atelier, ada);
  const content = { caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId }] };
  const before = await studio.fingerprint(atelier);
  t.same(await ask({ content }), { isValid: true, issues: [] });
  const wrong = {
    caption: "x".repeat(5_001),
    images: [{ imageId: unreviewed, altText: "y".repeat(1_501) }],
    targets: [{ socialAccountId }],
  };
  const found = await ask({ content: wrong });
  t.equal(found.isValid, false);
  t.same(
    found.issues.map(({ path, code }: { path: string[]; code: string }) => `${path.join(".")} ${code}`),
    ["images.0 IMAGE_NOT_APPROVED", "targets.0.caption TOO_LONG", "images.0.altText TOO_LONG"],
    "all faults at once, each at its place",
  );
  t.match(await ask({ content: { ...content, images: [{ imageId, focus: { x: 2, y: 0 } }] } }), {
    issues: [{ path: ["images", "0", "focus", "x"], code: "TOO_LARGE", message: /1 is its right/ }],
  });
  t.match(await ask({ content: { ...content, targets: [] } }), { issues: [{ path: ["targets"], code: "TOO_FEW" }] });
  t.same(await studio.fingerprint(atelier), before);
});

t.test("a saved post is checked by its id", async (t) => {
  const { ada, imageId, socialAccountId, ask } = await open(t);
  const draft = { caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId }] };
  const { post } = await ada.mutate(studio.operations.create, draft);
  t.same(await ask({ postId: post.id }), { isValid: true, issues: [] });
  const { post: bare } = await ada.mutate(studio.operations.create, { ...draft, images: [] });
  t.match(await ask({ postId: bare.id }), {
    isValid: false,
    issues: [{ path: ["images"], code: "TOO_FEW", message: "The post has 0 pictures; Showcase takes 1 to 10." }],
  });
});

t.test("somebody else's post, picture or account looks like none", async (t) => {
  const { atelier, ada, imageId, socialAccountId } = await open(t);
  const bob = await atelier.signUp("Bob");
  const draft = { caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId }] };
  const { post } = await ada.mutate(studio.operations.create, draft);
  for (const input of [{ postId: post.id }, { postId: studio.missingId("Post") }, { content: draft }]) {
    t.match(await bob.request(validate, { input }), {
      data: { validatePost: null },
      errors: [{ extensions: { code: "NOT_FOUND" } }],
    });
  }
});
