import t from "tap";
import { openAtelier, personalWorkspace } from "../support/atelier.ts";
import { readMails } from "../support/mailbox.ts";
import { missingId } from "../support/studio.ts";
import { auditTrail, invite, join, membersOf, newWorkspace, operations } from "../support/team.ts";

const { inviteMember, revokeInvitation, acceptInvitation } = operations;

const preview =
  "query ($token: String!) { invitation(token: $token) { workspaceName inviterName role maskedEmail expiresAt } }";
const day = 24 * 60 * 60_000;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada, "Studio <Nord>");
  const look = async (token: string) => (await atelier.nobody.request(preview, { token })).data.invitation;
  return { atelier, ada, workspaceId, look };
}

const notValid = { code: "INVALID_LINK", message: /not valid.*Ask for a new one/ };

t.test("somebody without an account is invited, looks, registers and joins", async (t) => {
  const { atelier, ada, workspaceId, look } = await open(t);
  const invited = await ada.mutate(inviteMember, { workspaceId, email: " Bob@Example.org ", role: "REVIEWER" });
  const expiresAt = new Date(atelier.clock.now().getTime() + 14 * day).toISOString();
  t.match(invited, {
    __typename: "InviteMemberSuccess",
    invitation: {
      email: "Bob@Example.org",
      role: "REVIEWER",
      status: "OPEN",
      expiresAt,
      invitedBy: { displayName: "Ada" },
    },
  });
  t.same(await readMails(atelier.services), [], "the mail is the worker's");
  await atelier.drain();
  const [mail] = await readMails(atelier.services);
  t.match(mail, { to: "Bob@example.org", subject: "Ada invites you to Studio <Nord>" });
  t.match(mail?.text, "http://atelier.test/account/accept-invitation#token=");
  const token = mail?.token ?? "";
  t.same(await look(token), {
    ...{
      workspaceName: "Studio <Nord>",
      inviterName: "Ada",
      role: "REVIEWER",
      maskedEmail: "B***@E***.org",
      expiresAt,
    },
  });
  const bob = await atelier.signUp("Bob");
  t.match(await bob.mutate(acceptInvitation, { token }), {
    ...{ __typename: "AcceptInvitationSuccess", workspace: { id: workspaceId, role: "REVIEWER", isPersonal: false } },
  });
  t.match(await membersOf(bob, workspaceId), { Ada: { role: "OWNER" }, Bob: { role: "REVIEWER" } });
  const user = await atelier.services.db.user.findUniqueOrThrow({ where: { emailKey: "bob@example.org" } });
  t.same(user.emailVerifiedAt, atelier.clock.now(), "who has read the mail has shown that the address is theirs");
  t.match(await auditTrail(atelier), ["WORKSPACE_CREATED", "MEMBER_INVITED", "MEMBER_JOINED", "EMAIL_VERIFIED"]);
});

t.test("links that were used, have run out, were taken back or never were look alike", async (t) => {
  const { atelier, ada, workspaceId, look } = await open(t);
  const bob = await atelier.signUp("Bob");
  const offer = { workspaceId, email: bob.email, role: "VIEWER" } as const;
  const used = await invite(atelier, ada, offer);
  await bob.mutate(acceptInvitation, { token: used });
  await ada.mutate(operations.removeMember, { memberId: (await membersOf(ada, workspaceId))["Bob"]?.id });

  const replaced = await invite(atelier, ada, offer);
  const revoked = await invite(atelier, ada, offer);
  const { data } = await ada.request(
    "query ($id: ID!) { workspace(id: $id) { invitations { nodes { id status } } } }",
    {
      id: workspaceId,
    },
  );
  const invitationId = data.workspace.invitations.nodes.find(({ status }: { status: string }) => status === "OPEN").id;
  t.match(await ada.mutate(revokeInvitation, { invitationId }), { invitation: { status: "REVOKED" } });
  t.match(
    await ada.mutate(revokeInvitation, { invitationId }),
    { invitation: { status: "REVOKED" } },
    "again is no fault",
  );

  t.equal((await auditTrail(atelier)).filter((action) => action === "INVITATION_REVOKED").length, 1);

  const expired = await invite(atelier, ada, offer);
  const never = "x".repeat(43);
  atelier.clock.advance(14 * day);
  const back = await atelier.signIn(bob);
  for (const [what, token] of Object.entries({ used, replaced, revoked, expired, never, empty: "" })) {
    t.equal(await look(token), null, what);
    t.match(await back.mutate(acceptInvitation, { token }), notValid, what);
  }
  t.same(Object.keys(await membersOf(await atelier.signIn(ada), workspaceId)), ["Ada"]);
});

t.test("somebody with another address cannot accept, and learns only its outline", async (t) => {
  const { atelier, ada, workspaceId } = await open(t);
  const eve = await atelier.signUp("Eve");
  const token = await invite(atelier, ada, { workspaceId, email: "bob.secret@mail.example.org", role: "OWNER" });
  const refused = await eve.mutate(acceptInvitation, { token });
  t.match(refused, {
    ...{
      __typename: "ForbiddenError",
      code: "FORBIDDEN",
      message: /for b\*\*\*@m\*\*\*\.org.*signed in as eve@example\.org/,
    },
  });
  t.notMatch(refused.message, /secret|mail\./);
  const script = await atelier.apiToken(eve, ["workspace:admin"]);
  t.match(await script.mutate(acceptInvitation, { token }), {
    __typename: "ForbiddenError",
    message: /Sign in with a password/,
  });
  t.match((await atelier.nobody.request(acceptInvitation, { input: { token } })).errors, [
    { extensions: { code: "UNAUTHENTICATED" } },
  ]);
  t.same(Object.keys(await membersOf(ada, workspaceId)), ["Ada"]);
});

t.test("inviting again replaces; inviting a member is told", async (t) => {
  const { atelier, ada, workspaceId, look } = await open(t);
  const bob = await atelier.signUp("Bob");
  const first = await invite(atelier, ada, { workspaceId, email: bob.email, role: "VIEWER" });
  const again = await ada.mutate(inviteMember, { workspaceId, email: "BOB@example.org", role: "EDITOR" });
  t.match(again, { invitation: { email: "BOB@example.org", role: "EDITOR", status: "OPEN" } });
  t.equal(await look(first), null, "the first link is void before the second is sent");
  await atelier.drain();
  const second = (await readMails(atelier.services)).at(-1)?.token ?? "";
  t.match(await look(second), { role: "EDITOR" });
  t.equal(await atelier.services.db.invitation.count(), 1);
  const [one, two] = await Promise.all([
    bob.mutate(acceptInvitation, { token: second }),
    bob.mutate(acceptInvitation, { token: second }),
  ]);
  t.same([one.__typename, two.__typename].toSorted(), ["AcceptInvitationSuccess", "InvitationNotValidError"]);
  t.match(await ada.mutate(inviteMember, { workspaceId, email: "Bob@Example.org", role: "VIEWER" }), {
    ...{ __typename: "ConflictError", message: /member already, as EDITOR.*changeMemberRole/ },
  });
  const accepted = await atelier.services.db.invitation.findFirstOrThrow();
  const invitationId = Buffer.from(`Invitation:${accepted.id}`).toString("base64url");
  t.match(await ada.mutate(revokeInvitation, { invitationId }), {
    ...{ __typename: "ConflictError", message: /was accepted.*removeMember/ },
  });
});

t.test("what is no address, no role or no invitation is told with its path", async (t) => {
  const { atelier, ada, workspaceId } = await open(t);
  const before = await auditTrail(atelier);
  for (const email of [
    "",
    "bob",
    "bob@",
    "@example.org",
    "bob@example",
    "a b@example.org",
    `${"x".repeat(250)}@example.org`,
  ]) {
    t.match(await ada.mutate(inviteMember, { workspaceId, email, role: "VIEWER" }), {
      ...{ __typename: "ValidationError", issues: [{ path: ["email"] }] },
    });
  }
  const unknown = await ada.request(inviteMember, { input: { workspaceId, email: "bob@example.org", role: "KING" } });
  t.match(unknown.errors, [{ message: /"KING".*Role/, extensions: { code: "BAD_USER_INPUT" } }]);
  t.match(await ada.mutate(revokeInvitation, { invitationId: workspaceId }), { issues: [{ path: ["invitationId"] }] });
  t.match(await ada.mutate(revokeInvitation, { invitationId: missingId("Invitation") }), {
    ...{ __typename: "NotFoundError", message: /no such invitation/ },
  });
  t.same(await auditTrail(atelier), before);
  t.equal(await atelier.services.db.invitation.count(), 0);
});

t.test("invitations are limited, and what does not come about costs nothing", async (t) => {
  const { atelier, ada, workspaceId } = await open(t);
  const tooMany = { __typename: "TooManyAttemptsError", code: "RATE_LIMITED" };
  const send = (email: string, where = workspaceId) =>
    ada.mutate(inviteMember, { workspaceId: where, email, role: "VIEWER" });
  for (let n = 0; n < 5; n += 1) t.match(await send("bob@example.org"), { __typename: "InviteMemberSuccess" });
  t.match(await send("bob@example.org"), { ...tooMany, retryAfter: 17_280 }, "one mailbox");
  t.match(await send("ada@example.org"), { __typename: "ConflictError" });
  for (let n = 5; n < 50; n += 1) await send(`n${n}@example.org`);
  t.match(await send("one-more@example.org"), tooMany, "one workspace");
  const personal = await personalWorkspace(ada);
  for (let n = 50; n < 100; n += 1) await send(`n${n}@example.org`, personal);
  t.match(await send("one-more@example.org", await newWorkspace(ada, "Third")), tooMany, "one person");
  atelier.clock.advance(60 * 60_000);
  t.match(
    await (await atelier.signIn(ada)).mutate(inviteMember, { workspaceId, email: "n@example.org", role: "VIEWER" }),
    {
      __typename: "InviteMemberSuccess",
    },
  );
});

t.test("the secret of a link stands in the mail alone", async (t) => {
  const { atelier, ada, workspaceId } = await open(t);
  const bob = await atelier.signUp("Bob");
  const token = await invite(atelier, ada, { workspaceId, email: bob.email, role: "VIEWER" });
  await bob.mutate(acceptInvitation, { token });
  const { db } = atelier.services;
  const tables = await db.$queryRaw<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'graphile_worker')`;
  t.ok(tables.length > 20);
  for (const { name } of tables) {
    const found = await db.$queryRawUnsafe<unknown[]>(
      `select 1 from ${name} as t where t::text like '%' || $1 || '%'`,
      token,
    );
    t.same(found, [], name);
  }
});

t.test("a member who is invited by a link from before keeps their role", async (t) => {
  const { atelier, ada, workspaceId } = await open(t);
  const bob = await atelier.signUp("Bob");
  await join(atelier, ada, { workspaceId, person: bob, role: "REVIEWER" });
  t.match(await membersOf(bob, workspaceId), { Bob: { role: "REVIEWER" } });
});
