import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import t, { type Test } from "tap";
import type { S3Settings } from "../../src/infra/s3-client.ts";
import { createS3Storage } from "../../src/infra/s3-storage.ts";
import { type S3Simulator, startS3 } from "../simulators/s3.ts";
import { createTestClock } from "../support/clock.ts";
import { s3SettingsOf } from "../support/s3.ts";

const png = { contentType: "image/png" };
const read = {
  contentType: "image/png",
  disposition: 'inline; filename="fox.png"',
  cacheControl: "private, immutable",
};
const mebibyte = 1024 * 1024;

function open(t: Test, server: S3Simulator, changes: Partial<S3Settings> = {}) {
  const storage = createS3Storage(s3SettingsOf(server, changes));
  t.teardown(() => storage.close());
  return storage;
}

const longStream = (mebibytes: number) =>
  Readable.from(Array.from({ length: mebibytes }, (_, index) => Buffer.alloc(mebibyte, index)));

t.test("what is short goes up at once, what is long in parts", async (t) => {
  const server = await startS3(t);
  const storage = open(t, server);
  await storage.put("whole", Buffer.alloc(9 * mebibyte), png);
  await storage.put("short", longStream(1), png);
  t.strictSame(server.requests.splice(0), ["PutObject whole", "PutObject short"]);
  await storage.put("long", longStream(17), png);
  const parts = Array.from({ length: 3 }, () => "UploadPart long");
  t.strictSame(server.requests, ["CreateMultipartUpload long", ...parts, "CompleteMultipartUpload long"]);
  for (const key of ["whole", "short", "long"]) t.equal(server.objects.get(key)?.contentType, "image/png");
});

t.test("parts of an upload that fails are dropped", async (t) => {
  const server = await startS3(t);
  const storage = open(t, server);
  const refused = { operation: "UploadPart", how: { status: 403, code: "AccessDenied" } } as const;
  server.faults.push(refused);
  const source = longStream(17);
  await t.rejects(storage.put("long", source, png), { name: "StorageError", code: "AccessDenied" });
  t.equal(source.destroyed, true);
  t.equal(server.uploads.size, 0);
  t.equal(server.requests.at(-1), "AbortMultipartUpload long");
});

t.test("what passes is tried again, and not for ever", async (t) => {
  const server = await startS3(t);
  const storage = open(t, server);
  const slow = (operation: string) => ({ operation, how: { status: 503, code: "SlowDown" } }) as const;
  server.faults.push(slow("PutObject"), slow("PutObject"), slow("GetObject"), slow("ListObjectsV2"));
  await storage.put("one", Buffer.from("one"), png);
  const opened = await storage.open("one");
  t.equal(opened && (await buffer(opened.stream)).toString(), "one");
  for await (const { key } of storage.list("")) t.equal(key, "one");
  server.faults.push(slow("HeadObject"), slow("HeadObject"), slow("HeadObject"));
  await t.rejects(storage.stat("one"), { name: "StorageError", message: /HeadObject of one: 503/ });
  t.equal(server.requests.filter((request) => request === "HeadObject one").length, 3);
});

t.test("a server that says nothing, or breaks off, is a failure and no endless wait", async (t) => {
  const server = await startS3(t);
  const storage = open(t, server, { idleTimeout: 200 });
  await storage.put("one", Buffer.alloc(100_000), png);
  server.faults.push(...Array.from({ length: 3 }, () => ({ operation: "GetObject", how: "hang" as const })));
  await t.rejects(storage.open("one"), { name: "StorageError", message: /did not answer in time/ });
  for (const how of ["cut", "stall"] as const) {
    server.faults.push({ operation: "GetObject", how });
    const opened = await storage.open("one");
    await t.rejects(buffer(opened?.stream ?? Readable.from([])), how);
  }
});

t.test("faults say what to do, and never a key or what was signed", async (t) => {
  const server = await startS3(t);
  const wrong = { accessKeyId: server.accessKeyId, secretAccessKey: "not/the/secret" };
  const unknown = { accessKeyId: "AKIANOBODY", secretAccessKey: server.secretAccessKey };
  const faults = [
    [{ credentials: wrong }, /403 SignatureDoesNotMatch\. S3_SECRET_ACCESS_KEY or S3_REGION/],
    [{ credentials: unknown }, /403 InvalidAccessKeyId\. The server does not know S3_ACCESS_KEY_ID/],
    [{ region: "elsewhere-1" }, /AuthorizationHeaderMalformed\. S3_REGION/],
    [{ bucket: "nobodys" }, /bucket nobodys at http:.*404 NoSuchBucket\. Create the bucket/],
    [{ endpoint: "http://127.0.0.1:9" }, /ECONNREFUSED\. Nobody listens there/],
  ] as const;
  for (const [changes, message] of faults) {
    const storage = open(t, server, changes);
    const checked = await storage.check();
    t.match(checked, { ok: false, message });
    const error = await storage.put("a", Buffer.from("a"), png).catch((thrown: unknown) => thrown);
    t.match(error, { name: "StorageError", message });
    const told = `${JSON.stringify(checked)} ${JSON.stringify(error)} ${String(error instanceof Error && error.stack)}`;
    for (const secret of [server.secretAccessKey, "not/the/secret", server.accessKeyId, "AKIANOBODY", "StringToSign"]) {
      t.notOk(told.includes(secret), `${message} tells ${secret}`);
    }
  }
});

t.test("a missing bucket is no missing object", async (t) => {
  const server = await startS3(t);
  await t.rejects(open(t, server, { bucket: "nobodys" }).open("one"), { code: "NoSuchBucket" });
});

t.test("what others keep in the bucket is not seen", async (t) => {
  const server = await startS3(t);
  const stranger = { content: Buffer.from("x"), contentType: "text/plain", modifiedAt: new Date() };
  for (const key of ["Upper.PNG", "tmp/left-behind", "ours.png"]) server.objects.set(key, stranger);
  for await (const { key } of open(t, server).list("")) t.equal(key, "ours.png");
});

t.test("a presigned address needs no sign-in, carries its headers, and dies", async (t) => {
  const server = await startS3(t);
  const clock = createTestClock();
  const storage = open(t, server, { clock });
  await storage.put("images/fox.png", Buffer.from("fox"), png);
  const address = await storage.presign("images/fox.png", { ...read, expiresInSeconds: 3600 });
  const answer = await fetch(address ?? "");
  t.equal(answer.status, 200);
  t.equal(await answer.text(), "fox");
  t.equal(answer.headers.get("content-disposition"), read.disposition);
  t.equal(answer.headers.get("cache-control"), read.cacheControl);
  t.equal((await fetch(address ?? "", { method: "DELETE" })).status, 403, "it is for reading alone");
  t.equal((await fetch((address ?? "").replace("fox.png", "other.png"))).status, 403);
  t.equal((await fetch((address ?? "").replace("inline", "attachment"))).status, 403);

  clock.advance(-2 * 3_600_000);
  const old = await storage.presign("images/fox.png", { ...read, expiresInSeconds: 3600 });
  const late = await fetch(old ?? "");
  t.equal(late.status, 403);
  t.match(await late.text(), /Request has expired/);
});

t.test("a presigned address stays the same for half its life", async (t) => {
  const server = await startS3(t);
  const clock = createTestClock(new Date("2026-03-01T12:00:00Z"));
  const storage = open(t, server, { clock });
  const sign = () => storage.presign("images/fox.png", { ...read, expiresInSeconds: 3600 });
  const first = await sign();
  clock.advance(30 * 60_000 - 1);
  t.equal(await sign(), first);
  clock.advance(1);
  t.not(await sign(), first);
});

t.test("presigned addresses lead to the public endpoint, or are not given", async (t) => {
  const server = await startS3(t);
  const outside = open(t, server, { publicEndpoint: "https://media.example.org", pathStyle: false });
  t.match(
    await outside.presign("images/fox.png", { ...read, expiresInSeconds: 60 }),
    /^https:\/\/pictures\.media\.example\.org\/images\/fox\.png\?/,
  );
  const closed = open(t, server, { presignedReads: false });
  t.equal(await closed.presign("images/fox.png", { ...read, expiresInSeconds: 60 }), null);
});
