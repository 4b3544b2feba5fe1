import t from "tap";
import { next, openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";
import { join, membersOf, newWorkspace, operations } from "../support/team.ts";

t.test("an owner, an editor and a reviewer make a picture public together", async (t) => {
  const platform = standInPlatform();
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms: platform.platforms });
  const url = await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada);

  // The owner watches from the start, on a socket of her own.
  const watching = atelier
    .socket(ada)
    .iterate<{ workspaceChanged: { kind: string; workspace: { members: { totalCount: number } } } }>({
      query:
        "subscription ($id: ID!) { workspaceChanged(filter: { workspaceId: $id }) { kind workspace { members { totalCount } } } }",
      variables: { id: workspaceId },
    });
  const members = async () => (await next(watching)).data?.workspaceChanged.workspace.members.totalCount;
  t.equal(await members(), 1);

  const [bob, cleo] = [await atelier.signUp("Bob"), await atelier.signUp("Cleo")];
  await join(atelier, ada, { workspaceId, person: bob, role: "EDITOR" });
  await join(atelier, ada, { workspaceId, person: cleo, role: "REVIEWER" });
  let seen = 1;
  while (seen !== 3) seen = (await members()) ?? 0;
  t.equal(seen, 3, "she sees the two arrive");

  const connected = await ada.mutate(studio.operations.connect, {
    ...{ workspaceId, account: { showcase: { handle: "studio", name: "Studio" } } },
  });
  const socialAccountId = connected.socialAccount.id;

  // Bob makes the picture; Cleo's socket shows it to her; only she may judge it.
  const pictures = atelier.socket(cleo).iterate<{ imageChanged: { image: { id: string; status: string } } }>({
    query: "subscription ($id: ID!) { imageChanged(filter: { workspaceId: $id }) { image { id status } } }",
    variables: { id: workspaceId },
  });
  const first = next(pictures);
  const made = await bob.mutate(studio.operations.generate, { workspaceId, prompt: "a kite" });
  const imageId = made.images[0].id;
  t.equal((await first).data?.imageChanged.image.id, imageId);
  await atelier.drain();
  const verdict = { imageIds: [imageId], decision: "APPROVE" };
  t.match(await bob.mutate(studio.operations.review, verdict), {
    __typename: "ForbiddenError",
    message: /EDITOR.*images:review/,
  });
  const post = {
    workspaceId,
    caption: "A kite.",
    images: [{ imageId }],
    targets: [{ socialAccountId }],
    schedule: { now: true },
  };
  t.match(await bob.mutate(studio.operations.create, post), { __typename: "ImageNotApprovedError" });
  t.match(await cleo.mutate(studio.operations.create, post), {
    __typename: "ForbiddenError",
    message: /REVIEWER.*posts:write/,
  });
  t.match(await cleo.mutate(studio.operations.review, verdict), { __typename: "ReviewImagesSuccess" });

  // Bob's script publishes, with the token for this workspace, over plain HTTP.
  const script = await atelier.apiToken(bob, ["posts:write", "publish"], workspaceId);
  const { workspaceId: _default, ...rest } = post;
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${script.token}` },
    body: JSON.stringify({ query: studio.operations.create, variables: { input: rest } }),
  });
  t.match(await answer.json(), {
    data: { createPost: { __typename: "CreatePostSuccess", post: { status: "SCHEDULED" } } },
  });
  await atelier.drain();
  t.match(platform.arrived, [{ caption: "A kite.", session: { account: { handle: "studio" } } }]);

  // Bob goes, and with him the token; then Ada hands the studio over and leaves as well.
  const bobs = (await membersOf(ada, workspaceId))["Bob"];
  await ada.mutate(operations.removeMember, { memberId: bobs?.id });
  t.match((await script.request("{ me { id } }")).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  t.match(await bob.mutate(studio.operations.generate, { workspaceId, prompt: "a kite" }), {
    __typename: "NotFoundError",
  });
  t.match(await ada.mutate(operations.leaveWorkspace, { workspaceId }), { __typename: "ConflictError" });
  const cleos = (await membersOf(ada, workspaceId))["Cleo"];
  await ada.mutate(operations.transferOwnership, { memberId: cleos?.id });
  t.match(await ada.mutate(operations.leaveWorkspace, { workspaceId }), { __typename: "LeaveWorkspaceSuccess" });
  t.match(await membersOf(cleo, workspaceId), { Cleo: { role: "OWNER" } });
  t.same(await membersOf(ada, workspaceId), {});
});
