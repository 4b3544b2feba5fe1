import t from "tap";
import { forgetDataExports } from "../../../src/auth/export/forget-data-exports.ts";
import { makeDataExport } from "../../../src/auth/export/make-data-export.ts";
import { sweepDataExports } from "../../../src/auth/export/sweep-data-exports.ts";
import { type Atelier, openAtelier, type Person } from "../../support/atelier.ts";
import { readMails } from "../../support/mailbox.ts";
import { auditOf, peopleOnly, rowOf, scriptOf } from "../../support/people.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import { connectGallery, makeImages, operations, rowIdOf } from "../../support/studio.ts";
import { unzip } from "../../support/unzip.ts";

const fields = "id status failure bytes createdAt expiresAt downloadUrl";
const ask = `mutation { exportMyData { __typename ... on ExportMyDataSuccess { dataExport { ${fields} } } ... on Error { code message } } }`;
const list = `query ($first: Int, $after: String) { dataExports(first: $first, after: $after) { totalCount nodes { ${fields} } pageInfo { endCursor hasNextPage } } }`;
const hour = 60 * 60_000;
const day = 24 * hour;

const request = async (person: Person) => (await person.request(ask)).data.exportMyData;
const newest = async (person: Person) => (await person.request(list)).data.dataExports.nodes[0];
const pathOf = (url: string) => url.replace("http://atelier.test", "");

async function archives({ services }: Atelier): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of services.storage.list("exports/")) keys.push(key);
  return keys;
}

/** What the handler of the job is given. */
const context = ({ services }: Atelier, signal = new AbortController().signal) => ({ signal, log: services.log });

t.test("everything that is somebody's, in a file", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const { app, services } = atelier;
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");

  t.test("is asked for, made, told of, downloaded, and forgotten after a week", async (t) => {
    const script = await scriptOf(atelier, ada);
    const [imageId = ""] = await makeImages(atelier, ada);
    await makeImages(atelier, bob);
    await connectGallery(ada, "ada");
    await ada.mutate(operations.review, { imageIds: [imageId], decision: "APPROVE" });
    const accounts = await ada.request("{ socialAccounts { nodes { id } } }");
    const socialAccountId = accounts.data.socialAccounts.nodes[0].id;
    await ada.mutate(operations.create, {
      caption: "Land ahoy",
      images: [{ imageId }],
      targets: [{ socialAccountId }],
    });

    t.match(await request(ada), { dataExport: { status: "PENDING", bytes: null, downloadUrl: null, expiresAt: null } });
    t.match(await request(ada), { __typename: "ConflictError", message: /is being made/ });
    await atelier.drain();
    const made = await newest(ada);
    t.match(made, { status: "READY", failure: null, bytes: Number });
    t.equal(new Date(made.expiresAt).getTime() - atelier.clock.now().getTime(), 7 * day);
    const mails = (await readMails(services)).filter(({ subject }) => subject === "The archive of your data is ready");
    t.match(mails, [{ to: ada.email, text: /Hello Ada/ }], "a mail says so");
    t.notMatch(mails[0]?.text, "/exports/", "without the address by which whoever reads it could have everything");

    const answer = await app.inject(pathOf(made.downloadUrl));
    t.match(answer.headers, {
      "content-type": "application/zip",
      "content-disposition": /^attachment; filename="atelier-data-\d{4}-\d\d-\d\d\.zip"$/,
      "content-length": String(made.bytes),
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
    });
    const files = await unzip(answer.rawPayload);
    const image = rowIdOf(imageId);
    t.same(
      [...files.keys()],
      [
        ...["README.txt", "account.json", "sessions.json", "security-events.json", "api-tokens.json"],
        ...["memberships.json", "invitations-sent.json", "social-accounts.json", "posts.json"],
        ...["posting-schedules.json", "publish-decisions.json", "post-decisions.json", "post-comments.json"],
        ...["review-links.json", "styles.json", "comments.json", "reviews.json"],
        ...["notifications.json", "notification-settings.json", "webhooks.json", "metric-exports.json"],
        ...["images.json", `images/${image}.png`],
      ],
    );
    const read = (name: string) => JSON.parse(files.get(name)?.toString() ?? "null");
    t.match(files.get("README.txt")?.toString(), /Everything of Ada in Atelier/);
    t.match(read("account.json"), { email: "ada@example.org", displayName: "Ada", timeZone: "UTC" });
    t.match(read("sessions.json"), [{ expiresAt: String }]);
    t.match(read("security-events.json"), [{ action: "REGISTERED" }]);
    t.match(read("api-tokens.json"), [{ name: "a script", hint: String }]);
    t.match(read("memberships.json"), [{ role: "OWNER", workspace: { name: "Ada's workspace" } }]);
    t.match(read("posts.json"), [
      { caption: "Land ahoy", images: [{ imageId: image }], targets: [{ status: "DRAFT" }] },
    ]);
    t.match(read("images.json"), [{ id: image, prompt: "a lighthouse", reviewState: "APPROVED" }]);
    t.equal(read("images.json").length, 1, "and nothing of Bob's");
    const stored = await services.db.image.findUniqueOrThrow({ where: { id: image }, select: { bytes: true } });
    t.equal(files.get(`images/${image}.png`)?.length, stored.bytes, "the picture's original");
    const whole = [...files.values()].map((file) => file.toString("latin1")).join("\n");
    t.notMatch(whole, /argon2|passwordHash|tokenHash|familyHash|"hash"/, "no secrets, not even as hashes");
    t.notMatch(whole, String(script.token));
    t.notMatch(whole, "bob@");

    const acts = (await auditOf(atelier, ada)).map(({ action }) => action);
    t.same(acts.slice(-2), ["DATA_EXPORT_REQUESTED", "DATA_EXPORT_DOWNLOADED"]);

    atelier.clock.advance(7 * day + 1);
    t.equal((await app.inject(pathOf(made.downloadUrl))).statusCode, 404);
    t.equal(await forgetDataExports(services), 1);
    t.same(await archives(atelier), []);
    t.same((await (await atelier.signIn(ada)).request(list)).data.dataExports, {
      ...{ totalCount: 0, nodes: [], pageInfo: { endCursor: null, hasNextPage: false } },
    });
  });

  t.test("three a day, one at a time, however many ask at once", async (t) => {
    const again = await atelier.signIn(ada);
    const answers = await Promise.all(Array.from({ length: 8 }, () => request(again)));
    t.equal(answers.filter(({ __typename }) => __typename === "ExportMyDataSuccess").length, 1);
    await atelier.drain();
    for (let number = 2; number <= 3; number += 1) {
      t.equal((await request(again)).__typename, "ExportMyDataSuccess");
      await atelier.drain();
    }
    t.match(await request(again), { __typename: "ConflictError", message: /3 archives within a day.*Ask again after/ });
    t.equal((await request(await atelier.signIn(bob))).__typename, "ExportMyDataSuccess", "each for themselves");
    atelier.statements.clear();
    await again.request("{ dataExports { nodes { id status bytes downloadUrl } } }");
    t.equal(atelier.statements.all().length, 1, "the list is one statement");
    const page = (await again.request(list, { first: 2 })).data.dataExports;
    t.match([page.totalCount, page.nodes.length, page.pageInfo.hasNextPage], [3, 2, true]);
    const rest = (await again.request(list, { after: page.pageInfo.endCursor })).data.dataExports;
    t.equal(rest.nodes.length, 1);
    atelier.clock.advance(day);
    t.equal((await request(await atelier.signIn(ada))).__typename, "ExportMyDataSuccess", "and again the next day");
    await atelier.drain();
  });

  t.test("is seen by nobody else", async (t) => {
    const [owner, other] = [await atelier.signIn(ada), await atelier.signIn(bob)];
    const { id, downloadUrl } = await newest(owner);
    const node = "query ($id: ID!) { node(id: $id) { ... on DataExport { status } } }";
    t.same((await owner.request(node, { id })).data, { node: { status: "READY" } });
    t.same((await other.request(node, { id })).data, { node: null });
    t.notMatch(JSON.stringify((await other.request(list)).data), id);
    const script = await scriptOf(atelier, ada);
    t.match((await script.request(ask)).errors, [peopleOnly]);
    t.match((await script.request(list)).errors, [peopleOnly]);
    t.match((await atelier.nobody.request(ask)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    t.match((await atelier.nobody.request(list)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);

    const { pathname, searchParams } = new URL(downloadUrl);
    const signed = Object.fromEntries(searchParams);
    const address = (changes: Record<string, string>, path = pathname) =>
      `${path}?${new URLSearchParams({ ...signed, ...changes }).toString()}`;
    const theirs = pathname.replace(/[\w-]+$/, rowIdOf((await newest(other)).id));
    const nowhere = [
      ...[pathname, address({ s: `${signed["s"]}x` }), address({ e: "9999999999" }), address({ k: "other" })],
      ...[address({}, theirs), address({}, "/exports/nothing")],
    ];
    for (const url of nowhere) t.same([url, (await app.inject(url)).statusCode], [url, 404]);
    t.equal((await app.inject(address({}))).statusCode, 200);
  });

  t.test("a worker that stops gives it back; one that dies is found by the sweep", async (t) => {
    const carol = await atelier.signUp("Carol");
    await makeImages(atelier, carol, 2);
    await request(carol);
    const { id } = await services.db.dataExport.findFirstOrThrow({ where: { userId: rowOf(carol) } });
    const row = () => services.db.dataExport.findUniqueOrThrow({ where: { id } });
    const held = { ...services, crashPoint: async () => undefined };

    await makeDataExport(held, id, context(atelier, AbortSignal.abort()));
    t.match(await row(), { status: "PENDING", leaseUntil: null, fence: 1 });

    const died = makeDataExport({ ...held, crashPoint: () => Promise.reject(new Error("died")) }, id, context(atelier));
    await t.rejects(died, { message: "died" });
    t.match(await row(), { status: "PENDING", fence: 2 }, "claimed by somebody who is gone");
    await services.storage.put(`exports/${id}.2.zip`, Buffer.from("half"), { contentType: "application/zip" });
    await makeDataExport(held, id, context(atelier));
    t.match(await row(), { fence: 2 }, "nobody takes it while the lease runs");
    await services.db.$executeRaw`delete from graphile_worker._private_jobs`;
    atelier.clock.advance(10_000);
    t.equal(await sweepDataExports(services), 1);
    t.equal(await sweepDataExports(services), 0, "it is woken once");
    await atelier.drain();
    t.match(await row(), { status: "READY", fence: 3 });
    t.same(
      (await archives(atelier)).filter((key) => key.includes(id)),
      [`exports/${id}.3.zip`],
      "what the dead one left is gone",
    );
  });

  t.test("what fails again and again says so", async (t) => {
    const dave = await atelier.signUp("Dave");
    await request(dave);
    const { put } = services.storage;
    t.teardown(() => Object.assign(services.storage, { put }));
    Object.assign(services.storage, { put: () => Promise.reject(new Error("the disk is full")) });
    for (let tries = 0; tries < 6; tries += 1) {
      atelier.clock.advance(hour);
      await atelier.drain();
    }
    Object.assign(services.storage, { put });
    const again = await atelier.signIn(dave);
    t.match(await newest(again), {
      status: "FAILED",
      failure: "Making the archive failed 5 times. Ask for another one, or the operator for help.",
      downloadUrl: null,
    });
    t.equal((await request(again)).__typename, "ExportMyDataSuccess", "another one may be asked for");
  });

  t.test("a picture whose file is lost is named, and the others are there", async (t) => {
    const erin = await atelier.signUp("Erin");
    const [imageId = ""] = await makeImages(atelier, erin, 1);
    const image = await services.db.image.findUniqueOrThrow({ where: { id: rowIdOf(imageId) } });
    await services.db.image.update({ where: { id: image.id }, data: { sha256: "0".repeat(64) } });
    await request(erin);
    await atelier.drain();
    const files = await unzip((await app.inject(pathOf((await newest(erin)).downloadUrl))).rawPayload);
    t.match(files.get(`images/${image.id}.png.missing.txt`)?.toString(), /not in storage/);
  });
});
