import { randomUUID } from "node:crypto";
import t from "tap";
import { avatarKey, avatarSizes } from "../../../src/auth/avatar/avatar-files.ts";
import { dispatchDueErasures } from "../../../src/auth/erasure/dispatch-due-erasures.ts";
import { eraseAccount } from "../../../src/auth/erasure/erase-account.ts";
import { sharp } from "../../../src/infra/sharp.ts";
import { type Atelier, joinWorkspace, openAtelier, type Person, personalWorkspace } from "../../support/atelier.ts";
import { storedKeys, tablesWith } from "../../support/canary.ts";
import { erasing } from "../../support/erasing.ts";
import { rowOf, scriptOf } from "../../support/people.ts";
import { picture, standInProvider } from "../../support/stand-ins.ts";
import { connectGallery, operations, rowIdOf } from "../../support/studio.ts";

const remove = `mutation ($input: DeleteMyAccountInput!) { deleteMyAccount(input: $input) { __typename ... on Error { message } } }`;
const day = 24 * 60 * 60_000;
const secret = "a lighthouse full of zinnias";

/** Somebody with something of everything. */
async function busyPerson(atelier: Atelier, name: string): Promise<Person> {
  const { services } = atelier;
  const person = await atelier.signUp(name);
  await atelier.signIn(person);
  await scriptOf(atelier, person);
  const generate = { prompt: secret, count: 2, idempotencyKey: randomUUID() };
  const made = await person.mutate(operations.generate, generate);
  await atelier.drain();
  const imageIds = made.images.map(({ id }: { id: string }) => id);
  await person.mutate(operations.review, { imageIds, decision: "APPROVE" });
  const socialAccountId = await connectGallery(person, name.toLowerCase());
  const post = { caption: `by ${name}: ${secret}`, images: [{ imageId: imageIds[0] }], targets: [{ socialAccountId }] };
  const published = await person.mutate(operations.create, { ...post, schedule: { now: true } });
  if (published.__typename !== "CreatePostSuccess") throw new Error(published.message);
  await person.mutate(operations.create, post);
  const avatarId = randomUUID();
  for (const size of avatarSizes) {
    await services.storage.put(avatarKey(avatarId, size), Buffer.from("webp"), { contentType: "image/webp" });
  }
  const userId = rowOf(person);
  await services.db.user.update({ where: { id: userId }, data: { avatarId, bio: `${name} draws ${secret}` } });
  const workspaceId = rowIdOf(await personalWorkspace(person));
  const invitation = { email: "guest@example.org", emailKey: "guest@example.org", role: "VIEWER" } as const;
  const expiresAt = new Date(atelier.clock.now().getTime() + 7 * day);
  await services.db.invitation.create({ data: { ...invitation, workspaceId, invitedById: userId, expiresAt } });
  await person.request("mutation { exportMyData { __typename } }");
  await atelier.drain();
  return person;
}

async function askAndWait(atelier: Atelier, person: Person): Promise<void> {
  const input = { password: "correct horse battery", confirm: person.email };
  const asked = await (await atelier.signIn(person)).mutate(remove, input);
  if (asked.__typename !== "DeleteMyAccountSuccess") throw new Error(asked.message);
  atelier.clock.advance(14 * day);
}

t.test("an account is erased", async (t) => {
  // The same pixels for everybody, and so the same file, unless a test wants them to differ.
  let distinct = 0;
  const providers = standInProvider(async () => {
    if (distinct === 0) return picture;
    distinct += 1;
    const bytes = await sharp({
      create: { width: 32, height: 32, channels: 3, background: { r: distinct, g: 9, b: 9 } },
    })
      .png()
      .toBuffer();
    return { ...picture, bytes };
  });
  const atelier = await openAtelier(t, { providers });
  const { services } = atelier;

  t.test("when it is due, with everything that is its owner's alone, and nobody else's", async (t) => {
    const mallory = await busyPerson(atelier, "Mallory");
    const others = await busyPerson(atelier, "Peggy");
    t.ok((await tablesWith(atelier, "mallory")).length > 5, "the search finds what there is");
    t.ok((await tablesWith(atelier, rowOf(mallory))).length > 8);
    await askAndWait(atelier, mallory);
    t.equal(await dispatchDueErasures(services), 1);
    t.equal(await dispatchDueErasures(services), 0, "it waits once");
    await atelier.drain();

    t.same(await tablesWith(atelier, "mallory"), []);
    t.same(
      await tablesWith(atelier, rowOf(mallory)),
      ["public.job_run"],
      "only that jobs ran, for an id that leads nowhere",
    );
    const { db } = services;
    t.equal(await db.image.count({ where: { prompt: secret } }), 2, "Peggy's pictures are there");
    t.equal(await db.showcaseEntry.count(), 1);
    t.equal(await db.post.count(), 2);
    const left = await storedKeys(atelier);
    t.equal(left.filter((key) => key.startsWith("avatars/")).length, 3);
    t.equal(left.filter((key) => key.startsWith("exports/")).length, 1);
    t.equal(left.filter((key) => key.startsWith("images/")).length, 3, "files that both had are kept");

    await askAndWait(atelier, others);
    await dispatchDueErasures(services);
    await atelier.drain();
    t.same(await tablesWith(atelier, "peggy"), []);
    t.same(await tablesWith(atelier, "zinnias"), [], "the prompt is gone from every table");
    t.same(await storedKeys(atelier), [], "and the last file with its last owner");
    t.equal(await db.user.count(), 0);
  });

  t.test("wherever it breaks off, it goes on; however often", async (t) => {
    distinct = 1;
    const trent = await busyPerson(atelier, "Trent");
    distinct = 0;
    await askAndWait(atelier, trent);
    const userId = rowOf(trent);
    const context = { signal: new AbortController().signal, log: services.log };
    const died = new Set<string>();
    for (;;) {
      // Each run dies at the first place where none has died yet.
      const crashPoint = async (name: string) => {
        if (died.has(name)) return;
        died.add(name);
        throw new Error("died");
      };
      const end = await eraseAccount({ ...erasing(services), crashPoint }, userId, context).catch(
        (error: unknown) => error,
      );
      if (end === undefined) break;
      t.match(end, { message: "died" });
      t.equal(await services.db.user.count({ where: { id: userId } }), 1, "its row is the last to go");
    }
    t.same(
      [...died].map((name) => name.replace("erasure:", "")),
      [
        ...["begun", "left", "access", "showcase-files", "showcase", "posts", "image-files", "images", "workspace"],
        ...["avatar", "exports", "files", "traces"],
      ],
      "it died everywhere",
    );
    await atelier.drain();
    t.same(await tablesWith(atelier, "trent"), []);
    t.same(await storedKeys(atelier), []);
  });

  t.test("twice at once is as good as once", async (t) => {
    const sybil = await busyPerson(atelier, "Sybil");
    await askAndWait(atelier, sybil);
    const context = { signal: new AbortController().signal, log: services.log };
    const erase = () =>
      eraseAccount({ ...erasing(services), crashPoint: async () => undefined }, rowOf(sybil), context);
    await Promise.all([erase(), erase(), erase()]);
    t.same(await tablesWith(atelier, "sybil"), []);
    t.same(await storedKeys(atelier), []);
  });

  t.test("in workspaces of others what they made stays, without their name", async (t) => {
    const [ivan, judy] = [await busyPerson(atelier, "Ivan"), await atelier.signUp("Judy")];
    await joinWorkspace(atelier, ivan, judy, "EDITOR");
    const workspaceId = await personalWorkspace(judy);
    const made = await ivan.mutate(operations.generate, { prompt: "a shared boat", count: 1, workspaceId });
    await atelier.drain();
    await services.db.auditEntry.create({
      data: {
        ...{ action: "MEMBER_ROLE_CHANGED", userId: rowOf(judy), actorId: rowOf(ivan), address: "203.0.113.9" },
        ...{ workspaceId: rowIdOf(workspaceId), details: { by: "Ivan" } },
      },
    });
    const cleanUp = {
      workspaceId: rowIdOf(workspaceId),
      userId: rowOf(ivan),
      removed: 1,
      kept: 0,
      bytes: 1n,
      details: {},
    };
    await services.db.cleanUpRun.create({ data: cleanUp });
    await askAndWait(atelier, ivan);
    await dispatchDueErasures(services);
    await atelier.drain();
    const id = rowIdOf(made.images[0].id);
    const kept = await services.db.image.findUniqueOrThrow({ where: { id } });
    t.match(kept, { prompt: "a shared boat", status: "GENERATED", createdById: null });
    t.ok(
      (await storedKeys(atelier)).some((key) => key.includes(String(kept.sha256))),
      "with its file",
    );
    t.same(await tablesWith(atelier, "ivan"), []);
    t.same(await tablesWith(atelier, rowOf(ivan)), ["public.job_run"]);
    t.match(
      await services.db.auditEntry.findMany({ where: { action: "MEMBER_ROLE_CHANGED" } }),
      [{ userId: rowOf(judy), actorId: null, address: null, details: {} }],
      "what was done to Judy stays hers to see",
    );
    t.equal(await services.db.member.count({ where: { workspaceId: rowIdOf(workspaceId) } }), 1);
  });

  t.test("a workspace that lost its owner in the meantime is handed to who has been there longest", async (t) => {
    const [kim, lea, max] = [await atelier.signUp("Kim"), await atelier.signUp("Lea"), await atelier.signUp("Max")];
    const workspace = rowIdOf(await personalWorkspace(kim));
    await askAndWait(atelier, kim);
    await services.db.member.create({ data: { workspaceId: workspace, userId: rowOf(max), role: "VIEWER" } });
    await services.db.member.create({ data: { workspaceId: workspace, userId: rowOf(lea), role: "EDITOR" } });
    await dispatchDueErasures(services);
    await atelier.drain();
    const members = await services.db.member.findMany({ where: { workspaceId: workspace }, orderBy: { role: "asc" } });
    t.match(members, [
      { userId: rowOf(lea), role: "OWNER" },
      { userId: rowOf(max), role: "VIEWER" },
    ]);
    t.match(await services.db.workspace.findUnique({ where: { id: workspace } }), {
      ...{ name: "Shared workspace", personalOf: null },
    });
    t.match(await services.db.auditEntry.findMany({ where: { action: "OWNERSHIP_TRANSFERRED" } }), [
      { userId: rowOf(lea), workspaceId: workspace },
    ]);
  });

  t.test("an account that is kept, or not yet due, is left alone; so is a stopping worker's", async (t) => {
    const nora = await atelier.signUp("Nora");
    const context = { signal: new AbortController().signal, log: services.log };
    const erase = (signal = context.signal) =>
      eraseAccount({ ...erasing(services), crashPoint: async () => undefined }, rowOf(nora), {
        ...context,
        signal,
      });
    await erase();
    t.equal(await dispatchDueErasures(services), 0);
    await services.db.user.update({ where: { id: rowOf(nora) }, data: { erasureDueAt: atelier.clock.now() } });
    await erase(AbortSignal.abort());
    t.equal(await services.db.user.count({ where: { id: rowOf(nora) } }), 1);
    await atelier.drain();
    t.equal(await services.db.user.count({ where: { id: rowOf(nora) } }), 0, "somebody else went on");
  });

  t.test("files that were stored a moment ago wait: somebody may be about to point at them", async (t) => {
    const olga = await atelier.signUp("Olga");
    const made = await olga.mutate(operations.generate, { prompt: "a fresh boat", count: 1 });
    await atelier.drain();
    const before = await storedKeys(atelier);
    await services.db.image.updateMany({ where: { prompt: { not: "a fresh boat" } }, data: { sha256: null } });
    // The file's time is the machine's: as seen from there, the account is due now.
    atelier.clock.set(new Date());
    await services.db.user.update({ where: { id: rowOf(olga) }, data: { erasureDueAt: new Date(0) } });
    await dispatchDueErasures(services);
    await atelier.drain();
    t.equal(await services.db.image.count({ where: { id: rowIdOf(made.images[0].id) } }), 1);
    t.same(await storedKeys(atelier), before);
    atelier.clock.advance(61 * 60_000);
    await dispatchDueErasures(services);
    await atelier.drain();
    t.equal(await services.db.user.count({ where: { id: rowOf(olga) } }), 0);
    t.ok((await storedKeys(atelier)).length < before.length);
  });
});
