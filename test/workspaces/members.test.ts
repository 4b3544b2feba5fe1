import t from "tap";
import type { Role } from "../../src/generated/prisma/enums.ts";
import { type Atelier, next, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";
import { operations as pictures, rowIdOf } from "../support/studio.ts";
import { auditTrail, invite, membersOf, newWorkspace, operations } from "../support/team.ts";

const { acceptInvitation, changeMemberRole, removeMember, leaveWorkspace, transferOwnership } = operations;

/** A workspace of Ada's with others in it; each is signed up under the name of their role, or a name of their own. */
async function open(t: Parameters<typeof openAtelier>[0], others: Readonly<Record<string, Role>>) {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada);
  const people: Record<string, Person> = {};
  for (const [name, role] of Object.entries(others)) {
    const person = await atelier.signUp(name);
    people[name] = person;
    await addMember(atelier, workspaceId, { person, role });
  }
  return { atelier, ada, workspaceId, people, members: await membersOf(ada, workspaceId) };
}

const addMember = ({ services }: Atelier, workspaceId: string, { person, role }: { person: Person; role: Role }) =>
  services.db.member.create({ data: { workspaceId: rowIdOf(workspaceId), userId: rowIdOf(person.id), role } });

const lastOwner = { __typename: "ConflictError", message: /last owner.*transferOwnership/ };

t.test("an owner gives roles, and always one remains", async (t) => {
  const { atelier, ada, workspaceId, people, members } = await open(t, { Bob: "VIEWER" });
  const give = (role: Role, memberId = members["Bob"]?.id) => ada.mutate(changeMemberRole, { memberId, role });
  t.match(await give("REVIEWER"), { __typename: "ChangeMemberRoleSuccess", member: { role: "REVIEWER" } });
  t.match(await give("REVIEWER"), { member: { role: "REVIEWER" } }, "again changes nothing");
  t.match(await auditTrail(atelier), ["WORKSPACE_CREATED", "MEMBER_ROLE_CHANGED"]);
  const entry = await atelier.services.db.auditEntry.findFirstOrThrow({ where: { action: "MEMBER_ROLE_CHANGED" } });
  t.match(entry, {
    ...{ userId: rowIdOf(people["Bob"]?.id ?? ""), actorId: rowIdOf(ada.id), workspaceId: rowIdOf(workspaceId) },
    details: { from: "VIEWER", to: "REVIEWER" },
  });
  t.match(await give("EDITOR", members["Ada"]?.id), lastOwner);
  t.match(await give("OWNER"), { member: { role: "OWNER" } });
  t.match(await give("EDITOR", members["Ada"]?.id), { member: { role: "EDITOR" } }, "one of two may step back");
  t.match(await give("VIEWER"), {
    __typename: "ForbiddenError",
    message: /EDITOR, which does not include workspace:admin/,
  });
  const unknown = await ada.request(changeMemberRole, { input: { memberId: members["Bob"]?.id, role: "KING" } });
  t.match(unknown.errors, [{ message: /"KING".*Role/, extensions: { code: "BAD_USER_INPUT" } }]);
});

t.test("an owner who cannot sign in does not count", async (t) => {
  const { atelier, ada, workspaceId, people } = await open(t, { Bob: "OWNER" });
  await atelier.services.db.user.updateMany({
    where: { id: rowIdOf(people["Bob"]?.id ?? "") },
    data: { disabledAt: atelier.clock.now() },
  });
  t.match(await ada.mutate(leaveWorkspace, { workspaceId }), lastOwner);
  const bob = (await membersOf(ada, workspaceId))["Bob"];
  t.match(await ada.mutate(transferOwnership, { memberId: bob?.id }), {
    ...{ __typename: "ConflictError", message: /disabled/ },
  });
});

t.test("who is removed is out at once, with the tokens for this workspace", async (t) => {
  const { atelier, ada, workspaceId, people, members } = await open(t, { Bob: "EDITOR" });
  const bob = people["Bob"] ?? atelier.nobody;
  const bound = await atelier.apiToken(bob, ["images:read"], workspaceId);
  const free = await atelier.apiToken(bob, ["images:read"]);
  const memberId = members["Bob"]?.id;
  t.match(await ada.mutate(removeMember, { memberId }), {
    ...{ __typename: "RemoveMemberSuccess", removedMemberId: memberId, workspace: { id: workspaceId } },
  });
  t.same(Object.keys(await membersOf(ada, workspaceId)), ["Ada"]);
  const seen = "query ($id: ID!) { workspace(id: $id) { id } }";
  t.same((await bob.request(seen, { id: workspaceId })).data, { workspace: null });
  t.match((await bound.request("{ me { id } }")).errors, [
    { message: /no such API token/, extensions: { code: "UNAUTHENTICATED" } },
  ]);
  t.same(
    (await free.request(seen, { id: workspaceId })).data,
    { workspace: null },
    "the token for all is left with the rest",
  );
  t.match(await ada.mutate(removeMember, { memberId }), { __typename: "NotFoundError", message: /no such member/ });
  const entry = await atelier.services.db.auditEntry.findFirstOrThrow({ where: { action: "MEMBER_REMOVED" } });
  t.match(entry.details, { role: "EDITOR", revokedApiTokens: { length: 1 } });
  t.match(await ada.mutate(removeMember, { memberId: members["Ada"]?.id }), {
    ...{ __typename: "ConflictError", message: /This is you.*leaveWorkspace/ },
  });
});

t.test("who leaves is out; the last owner and one's personal workspace stay", async (t) => {
  const { atelier, ada, workspaceId, people } = await open(t, { Bob: "REVIEWER" });
  const bob = people["Bob"] ?? atelier.nobody;
  t.match(await bob.mutate(leaveWorkspace, { workspaceId }), {
    ...{ __typename: "LeaveWorkspaceSuccess", leftWorkspaceId: workspaceId },
  });
  t.match(await bob.mutate(leaveWorkspace, { workspaceId }), { __typename: "NotFoundError" });
  t.match(await ada.mutate(leaveWorkspace, { workspaceId }), lastOwner);
  t.match(await ada.mutate(leaveWorkspace, { workspaceId: await personalWorkspace(ada) }), {
    ...{ __typename: "ConflictError", message: /personal workspace. It stays yours/ },
  });
  t.match(await auditTrail(atelier), ["WORKSPACE_CREATED", "MEMBER_LEFT"]);
});

t.test("ownership is handed over, or shared", async (t) => {
  const { atelier, ada, workspaceId, members } = await open(t, { Bob: "VIEWER", Cleo: "EDITOR" });
  t.match(await ada.mutate(transferOwnership, { memberId: members["Ada"]?.id }), {
    ...{ __typename: "ConflictError", message: /owner already/ },
  });
  t.match(await ada.mutate(transferOwnership, { memberId: members["Bob"]?.id, stayOwner: true }), {
    ...{ __typename: "TransferOwnershipSuccess", workspace: { role: "OWNER" } },
  });
  t.match(await ada.mutate(transferOwnership, { memberId: members["Cleo"]?.id }), { workspace: { role: "EDITOR" } });
  t.match(await membersOf(ada, workspaceId), {
    Ada: { role: "EDITOR" },
    Bob: { role: "OWNER" },
    Cleo: { role: "OWNER" },
  });
  t.match(await auditTrail(atelier), ["WORKSPACE_CREATED", "OWNERSHIP_TRANSFERRED", "OWNERSHIP_TRANSFERRED"]);
});

t.test("a personal workspace has one owner, always", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const workspaceId = await personalWorkspace(ada);
  await addMember(atelier, workspaceId, { person: bob, role: "EDITOR" });
  const members = await membersOf(ada, workspaceId);
  const stays = { __typename: "ConflictError", message: /only owner/ };
  t.match(await ada.mutate(changeMemberRole, { memberId: members["Ada"]?.id, role: "EDITOR" }), stays);
  t.match(await ada.mutate(changeMemberRole, { memberId: members["Bob"]?.id, role: "OWNER" }), stays);
  t.match(await ada.mutate(transferOwnership, { memberId: members["Bob"]?.id }), stays);
  t.match(await ada.mutate(transferOwnership, { memberId: members["Bob"]?.id, stayOwner: true }), stays);
  t.match(await ada.mutate(operations.inviteMember, { email: "cleo@example.org", role: "OWNER" }), stays);
  t.match(await ada.mutate(changeMemberRole, { memberId: members["Bob"]?.id, role: "REVIEWER" }), {
    member: { role: "REVIEWER" },
  });
});

t.test("of two owners who go at the same moment, one remains", async (t) => {
  const { atelier, ada, workspaceId, people, members } = await open(t, { Bob: "OWNER" });
  const bob = people["Bob"] ?? atelier.nobody;
  const ways: readonly (() => Promise<{ __typename: string }>[])[] = [
    () => [ada.mutate(leaveWorkspace, { workspaceId }), bob.mutate(leaveWorkspace, { workspaceId })],
    () => [
      ada.mutate(changeMemberRole, { memberId: members["Ada"]?.id, role: "VIEWER" }),
      bob.mutate(changeMemberRole, { memberId: members["Bob"]?.id, role: "VIEWER" }),
    ],
    () => [
      ada.mutate(changeMemberRole, { memberId: members["Bob"]?.id, role: "VIEWER" }),
      bob.mutate(changeMemberRole, { memberId: members["Ada"]?.id, role: "VIEWER" }),
    ],
  ];
  const { db } = atelier.services;
  for (let round = 0; round < 12; round += 1) {
    const together = ways[round % 3] ?? (() => []);
    const before = await db.member.findMany({ where: { workspaceId: rowIdOf(workspaceId) } });
    const answers = await Promise.all(together());
    const owners = await db.member.count({ where: { workspaceId: rowIdOf(workspaceId), role: "OWNER" } });
    t.equal(owners, 1, answers.map(({ __typename }) => __typename).join(", "));
    t.equal(answers.filter(({ __typename }) => __typename.endsWith("Success")).length, 1);
    await db.member.deleteMany({ where: { workspaceId: rowIdOf(workspaceId) } });
    await db.member.createMany({ data: before });
  }
});

t.test("who is removed while they make a token for the workspace keeps none", async (t) => {
  const { atelier, ada, workspaceId, people } = await open(t, { Bob: "EDITOR" });
  const bob = people["Bob"] ?? atelier.nobody;
  const input = { name: "Script", scopes: ["IMAGES_READ"], workspaceId };
  const { db } = atelier.services;
  for (let round = 0; round < 10; round += 1) {
    const memberId = (await membersOf(ada, workspaceId))["Bob"]?.id;
    const [removed, ...made] = await Promise.all([
      ada.mutate(removeMember, { memberId }),
      ...Array.from({ length: 4 }, () => bob.mutate(operations.createApiToken, input)),
    ]);
    t.equal(removed.__typename, "RemoveMemberSuccess");
    const outcomes = made.map(({ __typename }) => __typename).join(", ");
    t.equal(await db.apiToken.count({ where: { revokedAt: null } }), 0, outcomes);
    await addMember(atelier, workspaceId, { person: bob, role: "EDITOR" });
  }
});

t.test("who is removed hears no more of what they watch, by whatever credential", async (t) => {
  const { atelier, ada, workspaceId, people, members } = await open(t, { Bob: "EDITOR" });
  await atelier.listen();
  const bob = people["Bob"] ?? atelier.nobody;
  const script = await atelier.apiToken(bob, ["images:read"]);
  const watch = (person: Person) =>
    atelier.socket(person).iterate<{ imageChanged: { image: { id: string } } }>({
      query: "subscription ($id: ID!) { imageChanged(filter: { workspaceId: $id }) { kind deletedId image { id } } }",
      variables: { id: workspaceId },
    });
  const watching = [watch(ada), watch(bob), watch(script)] as const;
  const first = watching.map((events) => next(events));
  const generate = () => ada.mutate(pictures.generate, { workspaceId, prompt: "a kite" });
  // Whoever listens late is told what is unfinished.
  await generate();
  const shown = { data: { imageChanged: { image: { id: String } } } };
  t.match(await Promise.all(first), [shown, shown, shown]);
  await ada.mutate(removeMember, { memberId: members["Bob"]?.id });
  await generate();
  const [own, ...others] = watching;
  t.match(await next(own), shown);
  for (const events of others) {
    const end = await next(events).catch((error: unknown) => error);
    t.match(end, [{ message: /no such workspace/, extensions: { code: "NOT_FOUND" } }]);
  }
});

t.test("nobody comes back through an invitation of their own", async (t) => {
  for (const [how, end] of Object.entries({
    removed: removeMember,
    demoted: changeMemberRole,
  })) {
    const { atelier, ada, workspaceId, people, members } = await open(t, { Bob: "OWNER" });
    const again = await atelier.signUp("Again");
    const bob = people["Bob"] ?? atelier.nobody;
    const token = await invite(atelier, bob, { workspaceId, email: again.email, role: "OWNER" });
    const kept = await invite(atelier, ada, { workspaceId, email: "cleo@example.org", role: "VIEWER" });
    await ada.mutate(end, { memberId: members["Bob"]?.id, ...(how === "demoted" && { role: "EDITOR" }) });
    t.match(await again.mutate(acceptInvitation, { token }), { code: "INVALID_LINK" }, how);
    const preview = "query ($token: String!) { invitation(token: $token) { role } }";
    t.match((await ada.request(preview, { token: kept })).data.invitation, { role: "VIEWER" }, "those of others stay");
  }
});
