import { setTimeout as wait } from "node:timers/promises";
import t from "tap";
import { dispatchDueErasures } from "../../src/auth/erasure/dispatch-due-erasures.ts";
import { endWorkspaceAccess } from "../../src/social-accounts/end-workspace-access.ts";
import { openAccountDesk } from "../support/account-desk.ts";
import { joinWorkspace } from "../support/atelier.ts";
import { tablesWith } from "../support/canary.ts";
import { personalWorkspace, rowIdOf } from "../support/studio.ts";

const day = 24 * 60 * 60_000;
const remove = `mutation ($input: DeleteMyAccountInput!) { deleteMyAccount(input: $input) { __typename } }`;

t.test("who is erased has their accounts' access ended at the platforms before anything of them is gone", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const { services } = atelier;
  square.accounts = [{ remoteId: "1", handle: "gallery-one" }];
  const first = await desk.row(await desk.connect());
  square.accounts = [{ remoteId: "2", handle: "gallery-two" }];
  await desk.connect();
  // An account in a workspace that somebody else keeps stays connected, whoever connected it.
  const bob = await atelier.signUp("Bob");
  await joinWorkspace(atelier, desk.ada, bob, "OWNER");
  const bobs = await personalWorkspace(bob);
  square.accounts = [{ remoteId: "3", handle: "shared" }];
  const { connectionId, state } = await desk.start({ workspaceId: bobs });
  const { given } = await desk.comeBack(state);
  const complete = `mutation ($input: CompleteConnectionInput!) { completeConnection(input: $input) { __typename } }`;
  await desk.ada.mutate(complete, { connectionId, ticket: given["ticket"] });

  const atRevoking: unknown[] = [];
  square.revoke = async ({ account, credentials }) => {
    square.revoked.push(credentials["accessToken"]?.reveal() ?? "");
    const rows = await services.db.socialAccount.count({ where: { handle: account.handle, state: "DISCONNECTED" } });
    atRevoking.push(account.handle, rows);
    // One platform that breaks holds nothing up.
    if (account.handle === "gallery-one") throw new Error("Square is down.");
    return { kind: "ended" };
  };
  t.match(await desk.ada.mutate(remove, { password: "correct horse battery", confirm: desk.ada.email }), {
    __typename: "DeleteMyAccountSuccess",
  });
  await atelier.drain();
  t.same(square.revoked, [], "while they may still change their mind nothing is ended");
  atelier.clock.advance(14 * day);
  await dispatchDueErasures(services);
  await atelier.drain();
  t.same(atRevoking.filter((entry) => typeof entry === "string").toSorted(), ["gallery-one", "gallery-two"]);
  t.notOk(atRevoking.includes(0), "the row was still there, and nothing could be sent by it any more");
  t.equal(await services.db.socialAccount.count({ where: { workspaceId: first.workspaceId } }), 0);
  t.match(await services.db.socialAccount.findMany(), [{ handle: "shared", state: "ACTIVE" }]);
  // Not in letters that random ids are written in.
  t.same(await tablesWith(atelier, "gallery-"), [], "nothing of them travelled anywhere to be revoked later");
});

t.test("it may break off anywhere and go on, and a stopping worker stops", async (t) => {
  const desk = await openAccountDesk(t);
  const { services } = desk.atelier;
  for (const remoteId of ["1", "2", "3", "4", "5", "6", "7"]) {
    desk.square.accounts = [{ remoteId, handle: `ada-${remoteId}` }];
    await desk.connect();
  }
  const workspaceId = rowIdOf(await personalWorkspace(desk.ada));
  const context = { signal: new AbortController().signal, log: services.log };
  await t.rejects(endWorkspaceAccess(services, workspaceId, { ...context, signal: AbortSignal.abort() }));
  t.equal(desk.square.revoked.length, 0);
  let running = 0;
  let most = 0;
  desk.square.revoke = async ({ credentials }) => {
    running += 1;
    most = Math.max(most, running);
    await wait(20);
    running -= 1;
    desk.square.revoked.push(credentials["accessToken"]?.reveal() ?? "");
    return { kind: "ended" };
  };
  await endWorkspaceAccess(services, workspaceId, context);
  t.equal(new Set(desk.square.revoked).size, 7);
  t.ok(most > 1 && most <= 5, `several at once, but not all: ${most}`);
  await endWorkspaceAccess(services, workspaceId, context);
  t.equal(desk.square.revoked.length, 7, "what was ended is not ended again");
  desk.square.accounts = [{ remoteId: "8", handle: "ada-8" }];
  await desk.comeBack((await desk.start()).state);
  await endWorkspaceAccess(services, workspaceId, context);
  t.equal(desk.square.revoked.at(-1), desk.square.given.at(-2), "a sign-in that waits for a decision is ended too");
  t.equal(await services.db.connectionAttempt.count({ where: { accounts: { not: null } } }), 0);
  t.equal(await services.db.socialAccount.count({ where: { credentials: { not: null } } }), 0);
});
