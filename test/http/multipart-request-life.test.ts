import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ClientRequest } from "node:http";
import t from "tap";
import { eventually } from "../support/eventually.ts";
import { heldBuffers } from "../support/held-memory.ts";
import { form, formOf, leftovers, openUploadDesk, sha256, single } from "../support/uploads.ts";

const nothingLeft = () => eventually("nothing is left of uploads", async () => (await leftovers()).length === 0);
const file = { name: "0", filename: "a.png", type: "image/png", value: "bytes" };

t.test("however it ends, nothing is left", async (t) => {
  const gate = Promise.withResolvers<void>();
  const { send, begin, seen } = await openUploadDesk(t, { MAX_UPLOAD_BYTES: "2097152" }, async (upload) => {
    if (upload.filename === "bad.png") throw new Error("the resolver fails");
    if (upload.filename === "held.png") await gate.promise;
    const hash = createHash("sha256");
    for await (const piece of upload.stream()) hash.update(piece);
    return hash.digest("hex");
  });
  const head = form(
    [
      { name: "operations", value: single },
      { name: "map", value: '{"0":["variables.file"]}' },
      { ...file, value: "" },
    ],
    { ends: false },
  ).subarray(0, -2);
  const arriving = () => eventually("a file arrives", async () => (await leftovers()).length === 1);

  t.test("the operation fails", async (t) => {
    const answer = await send(formOf({ ...file, filename: "bad.png" }));
    t.match(answer.body, { errors: [{ extensions: { code: "INTERNAL" } }] });
    await nothingLeft();
  });

  t.test("its sender hangs up in the middle of a file", async () => {
    const { request } = begin();
    request.write(head);
    request.write(Buffer.alloc(300_000));
    await arriving();
    request.destroy();
    await nothingLeft();
  });

  t.test("its sender hangs up while the operation runs", async (t) => {
    const before = seen.length;
    const { request } = begin();
    request.end(formOf({ ...file, filename: "held.png" }));
    await eventually("the operation runs", () => seen.length > before);
    t.equal((await leftovers()).length, 1, "the file is there for as long as the operation needs it");
    request.destroy();
    gate.resolve();
    await nothingLeft();
  });

  t.test("its sender is slow: others are served, and nothing runs before the end", async (t) => {
    const { request, heard } = begin();
    const before = seen.length;
    request.write(head);
    request.write(Buffer.alloc(1_000));
    await arriving();
    for (let piece = 0; piece < 5; piece += 1) {
      request.write(Buffer.alloc(1_000));
      t.equal((await send(formOf(file))).status, 200);
    }
    t.equal(seen.length, before + 5);
    request.end("\r\n------a-form-of-a-test--\r\n");
    t.match((await heard).body, { data: { measure: sha256(Buffer.alloc(6_000)) } });
    await nothingLeft();
  });

  t.test("its file is too large: the rest is thrown away, and the sender hears why", async (t) => {
    const { request, heard } = begin();
    request.write(head);
    t.equal(await pour(request, 12), 12);
    request.end("\r\n------a-form-of-a-test--\r\n");
    const answer = await heard;
    t.match([answer.status, answer.body.errors], [413, [{ message: /larger than the 2097152 bytes/ }]]);
    await nothingLeft();
  });

  t.test("its sender never stops", async (t) => {
    const { request, heard } = begin();
    request.write(head);
    const sent = await pour(request, 100);
    t.ok(sent < 60, `cut off after ${sent} MB`);
    t.equal((await heard).status, 413);
    await nothingLeft();
  });

  t.test("it is larger than it may be before any file comes", async (t) => {
    const { request, heard } = begin();
    t.ok((await pour(request, 100)) < 60);
    t.match(await heard, { status: 413, headers: { connection: "close" } });
  });
});

/** Sends megabytes for as long as somebody takes them; answers how many were taken. */
async function pour(request: ClientRequest, megabytes: number): Promise<number> {
  const gone = new Promise<void>((resolve) => request.on("close", resolve).on("error", () => resolve()));
  const piece = Buffer.alloc(1_048_576);
  for (let sent = 0; sent < megabytes; sent += 1) {
    const taken = new Promise<true>((resolve) => request.write(piece, (error) => !error && resolve(true)));
    if ((await Promise.race([taken, gone])) !== true) return sent;
  }
  return megabytes;
}

t.test("one person sends a few forms at once, and leaves room for others", async (t) => {
  const { atelier, begin, send } = await openUploadDesk(t);
  const bob = await atelier.signUp("Bob");
  const start = form([{ name: "operations", value: single }], { ends: false });
  const held = Array.from({ length: 5 }, () => begin().request);
  for (const request of held) request.write(start);
  await eventually("a sixth is sent away", async () => (await send(formOf(file))).status === 503);
  t.match(await send(formOf(file)), {
    ...{ headers: { "retry-after": "5", connection: "close" } },
    body: { errors: [{ message: /too many forms.*again in 5 s/i, extensions: { code: "OVERLOADED" } }] },
  });
  t.equal((await send(formOf(file), { authorization: `Bearer ${bob.token}` })).status, 200);
  for (const request of held) request.destroy();
  await eventually("there is room again", async () => (await send(formOf(file))).status === 200);
  await nothingLeft();
});

t.test("many large files at once hold no memory", async (t) => {
  const { atelier, begin } = await openUploadDesk(t, {}, async (upload) => {
    const hash = createHash("sha256");
    for await (const piece of upload.stream()) hash.update(piece);
    return hash.digest("hex");
  });
  const people = await Promise.all(["Bob", "Cleo", "Dan", "Eve"].map((name) => atelier.signUp(name)));
  const piece = randomBytes(65_536);
  const pieces = 160;
  const whole = createHash("sha256");
  for (let n = 0; n < pieces; n += 1) whole.update(piece);
  const expected = whole.digest("hex");
  const start = form(
    [
      { name: "operations", value: single },
      { name: "map", value: '{"0":["variables.file"]}' },
      { ...file, value: "" },
    ],
    { ends: false },
  ).subarray(0, -2);
  const before = heldBuffers();
  let most = 0;
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const { request, heard } = begin({ authorization: `Bearer ${people[index % 4]?.token}` });
      request.write(start);
      for (let n = 0; n < pieces; n += 1) {
        if (!request.write(piece)) await once(request, "drain");
        if (n % 20 === 10) most = Math.max(most, heldBuffers() - before);
      }
      request.end("\r\n------a-form-of-a-test--\r\n");
      return (await heard).body.data.measure;
    }),
  );
  t.same(new Set(answers), new Set([expected]));
  t.ok(most < 90_000_000, `${Math.round(most / 1e6)} MB held of ${Math.round((20 * pieces * 65_536) / 1e6)} MB`);
  await nothingLeft();
});
