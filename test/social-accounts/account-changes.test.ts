import t from "tap";
import { sweepDisconnected } from "../../src/posts/follow-account.ts";
import { sweepAccounts } from "../../src/social-accounts/refresh/sweep-accounts.ts";
import { openAccountDesk } from "../support/account-desk.ts";
import { accountOperations, actOnAccount } from "../support/account-operations.ts";
import { eventually } from "../support/eventually.ts";
import { settledLog } from "../support/settled-log.ts";
import { approvedImages, operations, rowIdOf } from "../support/studio.ts";

const hour = 60 * 60_000;
const targets = `query ($id: ID!) { node(id: $id) { ... on Post { targets { status failure { code message } risk { code message } } } } }`;

/** A post that is scheduled to an account, some hours ahead. */
async function scheduled(desk: Awaited<ReturnType<typeof openAccountDesk>>, socialAccountId: string, hours: number) {
  const [imageId = ""] = await approvedImages(desk.atelier, desk.ada);
  const at = new Date(desk.atelier.clock.now().getTime() + hours * hour);
  const { post } = await desk.ada.mutate(operations.create, {
    ...{ caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId }] },
  });
  const done = await desk.ada.mutate(operations.schedule, { postId: post.id, schedule: { at }, allowDuplicate: true });
  if (done.post === undefined) throw new Error(done.message);
  return async () => (await desk.ada.request(targets, { id: post.id })).data.node.targets[0];
}

t.test("disconnecting cancels what waits, ends access at the platform and erases it here", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  const target = await scheduled(desk, id, 24);
  t.match(await target(), { status: "SCHEDULED", risk: null });
  const access = square.given[0];
  const answer = await desk.ada.mutate(actOnAccount("Disconnect"), { socialAccountId: id });
  t.match(answer, { socialAccount: { state: "DISCONNECTED", scopes: [], expiresAt: null, disconnectedAt: String } });
  await atelier.drain();
  t.match(await target(), {
    status: "CANCELLED",
    failure: { code: "ACCOUNT_DISCONNECTED", message: /ada was disconnected/ },
  });
  t.same(square.revoked, [access]);
  t.match(await desk.row(id), { credentials: null, state: "DISCONNECTED" });
  const listed = await desk.ada.request("{ socialAccounts { nodes { id } } }");
  t.same(listed.data.socialAccounts.nodes, []);
  t.match(await desk.ada.mutate(actOnAccount("Disconnect"), { socialAccountId: id }), { socialAccount: { id } });
  for (const verb of ["Pause", "Resume", "Check"] as const) {
    t.match(await desk.ada.mutate(actOnAccount(verb), { socialAccountId: id }), { __typename: "ConflictError" });
  }
  t.equal(await desk.connect(), id, "connecting again revives it");
  t.match(await desk.row(id), { state: "ACTIVE", disconnectedAt: null });
});

t.test("what is being sent decides by its outcome, and keeps its access until then (R-8)", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  const target = await scheduled(desk, id, 24);
  const { db } = atelier.services;
  await db.postTarget.updateMany({ data: { status: "PUBLISHING" } });
  await desk.ada.mutate(actOnAccount("Disconnect"), { socialAccountId: id });
  await atelier.drain();
  t.match(await target(), { status: "PUBLISHING" });
  t.match(await db.postTarget.findFirst(), { cancelRequested: true });
  t.equal(await sweepAccounts(atelier.services), 0);
  t.not((await desk.row(id)).credentials, null);
  await db.postTarget.updateMany({ data: { status: "PUBLISHED" } });
  t.equal(await sweepAccounts(atelier.services), 1);
  await atelier.drain();
  t.equal((await desk.row(id)).credentials, null);
  t.equal(square.revoked.length, 1);
});

t.test("a platform that cannot be asked to end access does not make us keep it; a lost job is found", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier, square } = desk;
  const id = await desk.connect();
  const target = await scheduled(desk, id, 24);
  square.revoke = () => Promise.reject(new Error("down"));
  await desk.ada.mutate(actOnAccount("Disconnect"), { socialAccountId: id });
  await atelier.services.db.$executeRaw`delete from graphile_worker._private_jobs`;
  t.equal(await sweepAccounts(atelier.services), 1);
  t.equal(await sweepDisconnected(atelier.services), 1);
  await atelier.drain();
  t.equal((await desk.row(id)).credentials, null);
  t.match(await target(), { status: "CANCELLED" });
});

t.test("what comes due within two days is at risk while its account does not let us in", async (t) => {
  const desk = await openAccountDesk(t);
  const { atelier } = desk;
  const id = await desk.connect();
  const soon = await scheduled(desk, id, 24);
  const late = await scheduled(desk, id, 72);
  await desk.ada.mutate(actOnAccount("Pause"), { socialAccountId: id });
  t.match(await soon(), { status: "SCHEDULED", risk: { code: "ACCOUNT_PAUSED" } });
  t.match(await desk.ada.mutate(actOnAccount("Resume"), { socialAccountId: id }), {
    socialAccount: { state: "ACTIVE", pausedAt: null },
  });
  t.match(await soon(), { risk: null });
  const { workspaceId } = await desk.row(id);
  await atelier.drain();
  await settledLog(atelier.services);
  const position = await atelier.services.events.horizon();
  desk.square.check = () => Promise.resolve({ kind: "unauthorized", message: "Square threw us out." });
  t.match(await desk.ada.mutate(actOnAccount("Check"), { socialAccountId: id }), {
    socialAccount: { state: "NEEDS_RECONNECT", lastError: "Square threw us out." },
  });
  t.match(await soon(), { risk: { code: "ACCOUNT_NEEDS_RECONNECT", message: /Square threw us out/ } });
  t.match(await late(), { risk: null });
  const action = "SOCIAL_ACCOUNT_NEEDS_RECONNECT";
  t.match(await atelier.services.db.auditEntry.findFirst({ where: { action } }), { details: { targetsAtRisk: 1 } });
  await atelier.drain();
  const told: unknown[] = [];
  const filter = { workspaceIds: [workspaceId], topic: "post" };
  // The log shows an event once every older transaction of the cluster has ended, those of neighbouring tests included.
  await eventually("the event of the post", async () => {
    for await (const event of atelier.services.events.readAfter(filter, position)) told.push(event);
    return told.length > 0;
  });
  t.equal(told.length, 1, "those who watch posts hear of it");
});

t.test("a check reads the name again, is limited, and says when nothing could be found out", async (t) => {
  const desk = await openAccountDesk(t);
  const { square } = desk;
  const id = await desk.connect();
  const check = () => desk.ada.mutate(actOnAccount("Check"), { socialAccountId: id });
  square.check = ({ account }) =>
    Promise.resolve({ kind: "alive", account: { ...account, handle: "ada2" }, scopes: ["a"] });
  t.match(await check(), { socialAccount: { handle: "ada2", scopes: ["a"], state: "ACTIVE" } });
  square.check = () => Promise.resolve({ kind: "unavailable", message: "Down." });
  t.match(await check(), { __typename: "PlatformUnavailableError", message: "Down." });
  square.check = () => Promise.resolve({ kind: "rate-limited", retryAt: null, message: "Slow." });
  t.match(await check(), { __typename: "PlatformUnavailableError", message: /Slow/ });
  square.check = () => Promise.reject(new Error("canary"));
  t.match(await check(), { __typename: "PlatformUnavailableError", message: /could not be read/ });
  t.match(await desk.row(id), { state: "ACTIVE", lastError: /could not be read/ });
  await check();
  t.match(await check(), { __typename: "TooManyAttemptsError", retryAfter: Number });
});

t.test("a check that is asked to wait without a date forgets no date that the platform named before", async (t) => {
  const desk = await openAccountDesk(t);
  const id = await desk.connect();
  const at = (minutes: number) => new Date(desk.atelier.clock.now().getTime() + minutes * 60_000);
  const limited = async (retryAt: Date | null) => {
    desk.square.check = () => Promise.resolve({ kind: "rate-limited", retryAt, message: "Slow." });
    await desk.ada.mutate(actOnAccount("Check"), { socialAccountId: id });
    return (await desk.row(id)).limitedUntil;
  };
  const [near, far] = [at(5), at(30)];
  t.same(await limited(near), near);
  t.same(await limited(far), far);
  t.same(await limited(null), far);
  t.same(await limited(near), far);
});

t.test("platforms are data", async (t) => {
  const desk = await openAccountDesk(t);
  const query = `{ platforms { platform available missingSettings { name } renewsAccess settleSeconds
    methods { method kind needsServer scopes capability fields { name secret } } limits { captionMax imagesMax formats } } }`;
  desk.atelier.statements.clear();
  const { data } = await desk.ada.request(query);
  t.equal(desk.atelier.statements.all().length, 0);
  const found = data.platforms.find(({ platform }: { platform: string }) => platform === "SQUARE");
  t.match(found, {
    ...{ available: true, missingSettings: [], renewsAccess: true, settleSeconds: 5 },
    methods: [
      { method: "SQUARE_LOGIN", kind: "REDIRECT", needsServer: false, capability: "SEARCH" },
      { needsServer: true },
    ],
    limits: { captionMax: 5_000, imagesMax: 10 },
  });
  const id = await desk.connect();
  t.equal(rowIdOf(id).length, 36);
  t.match((await desk.ada.request(accountOperations.account, { id })).data.socialAccount, { handle: "ada" });
});
