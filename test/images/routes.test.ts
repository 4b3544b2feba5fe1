import { createHash } from "node:crypto";
import t from "tap";
import { startS3 } from "../simulators/s3.ts";
import { type Atelier, openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const day = 86_400_000;
const urls =
  "{ images { nodes { id sha256 bytes original: url preview: url(variant: PREVIEW) thumb: url(variant: THUMB) download: downloadUrl } } }";

async function open(t: Parameters<typeof openAtelier>[0], environment: Record<string, string> = {}) {
  const atelier = await openAtelier(t, { providers: standInProvider(), environment });
  const ada = await atelier.signUp("Ada");
  await studio.makeImages(atelier, ada, 2);
  const { data } = await ada.request(urls);
  const [first, second] = data.images.nodes;
  return { atelier, ada, first, second };
}

const get = ({ app }: Atelier, url: string, headers: Record<string, string> = {}) =>
  app.inject({ url: url.replace("http://atelier.test", ""), headers });

t.test("a signed address serves the file, to whoever has it, and lets it do nothing", async (t) => {
  const { atelier, first } = await open(t);
  const original = await get(atelier, first.original);
  t.equal(original.statusCode, 200);
  t.equal(createHash("sha256").update(original.rawPayload).digest("hex"), first.sha256);
  t.match(original.headers, {
    "content-type": "image/png",
    "content-length": String(first.bytes),
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": /private.*immutable/,
    "content-disposition": /^inline; filename=atelier-[0-9a-f-]+\.png$/,
    etag: `"${first.sha256}.original"`,
  });
  for (const url of [first.preview, first.thumb]) {
    const small = await get(atelier, url);
    t.match(small.headers, { "content-type": "image/webp", "content-disposition": /\.webp$/ });
    t.equal(small.rawPayload.subarray(8, 12).toString(), "WEBP");
  }
  t.not((await get(atelier, first.preview)).headers.etag, (await get(atelier, first.thumb)).headers.etag);
});

t.test("who has the file already is spared it", async (t) => {
  const { atelier, first } = await open(t);
  const { etag } = (await get(atelier, first.thumb)).headers;
  for (const header of [String(etag), `W/${etag}`, `"other", ${etag}`, "*"]) {
    const again = await get(atelier, first.thumb, { "if-none-match": header });
    t.equal(again.statusCode, 304, header);
    t.equal(again.rawPayload.length, 0);
    t.equal(again.headers.etag, etag);
  }
  t.equal((await get(atelier, first.thumb, { "if-none-match": '"other"' })).statusCode, 200);
});

t.test("a date counts where no tag is named", async (t) => {
  const { atelier, first } = await open(t);
  const modified = String((await get(atelier, first.thumb)).headers["last-modified"]);
  t.match(modified, / GMT$/);
  t.equal((await get(atelier, first.thumb, { "if-modified-since": modified })).statusCode, 304);
  const before = new Date(Date.parse(modified) - 1000).toUTCString();
  t.equal((await get(atelier, first.thumb, { "if-modified-since": before })).statusCode, 200);
  const both = { "if-modified-since": modified, "if-none-match": '"other"' };
  t.equal((await get(atelier, first.thumb, both)).statusCode, 200);
});

t.test("a part can be fetched, and parts make up the whole", async (t) => {
  const { atelier, first } = await open(t);
  const whole = await get(atelier, first.original);
  const { etag, "last-modified": modified } = whole.headers;
  t.equal(whole.headers["accept-ranges"], "bytes");
  const bytes: number = first.bytes;
  for (const [range, start, end] of [
    ["bytes=0-0", 0, 0],
    ["bytes=10-", 10, bytes - 1],
    ["bytes=-7", bytes - 7, bytes - 1],
    [`bytes=5-${bytes + 100}`, 5, bytes - 1],
  ] as const) {
    const part = await get(atelier, first.original, { range });
    t.equal(part.statusCode, 206, range);
    t.match(part.headers, {
      ...{ "content-range": `bytes ${start}-${end}/${bytes}`, "content-length": String(end - start + 1), etag },
      ...{ "content-type": "image/png", "x-content-type-options": "nosniff" },
    });
    t.ok(part.rawPayload.equals(whole.rawPayload.subarray(start, end + 1)));
  }
  const beyond = await get(atelier, first.original, { range: `bytes=${bytes}-` });
  t.equal(beyond.statusCode, 416);
  t.match(beyond.headers, { "content-range": `bytes */${bytes}`, "cache-control": "no-store" });

  const from = { range: "bytes=1-" };
  t.equal((await get(atelier, first.original, { ...from, "if-range": String(etag) })).statusCode, 206);
  t.equal((await get(atelier, first.original, { ...from, "if-range": String(modified) })).statusCode, 206);
  for (const ifRange of ['"other"', `W/${String(etag)}`, new Date(0).toUTCString()]) {
    t.equal((await get(atelier, first.original, { ...from, "if-range": ifRange })).statusCode, 200, ifRange);
  }
  for (const range of ["bytes=0-1,4-5", "lines=1-2", "bytes=x", "bytes=5-3"]) {
    const all = await get(atelier, first.original, { range });
    t.equal(all.statusCode, 200, range);
    t.equal(all.rawPayload.length, bytes);
  }
});

t.test("HEAD tells what GET would, without the file", async (t) => {
  const { atelier, first } = await open(t);
  for (const url of [first.original, first.thumb, first.download]) {
    const whole = await get(atelier, url);
    const head = await atelier.app.inject({ method: "HEAD", url: url.replace("http://atelier.test", "") });
    t.equal(head.statusCode, 200);
    t.equal(head.rawPayload.length, 0);
    const without = ({ date: _date, ...headers }: typeof head.headers) => headers;
    t.strictSame(without(head.headers), without(whole.headers));
  }
  const expired = await atelier.app.inject({ method: "HEAD", url: "/media/nobody/thumb" });
  t.equal(expired.statusCode, 404);
});

t.test("a download has a name that a person recognises; what platforms fetch has not", async (t) => {
  const { atelier, first } = await open(t);
  const { headers, rawPayload } = await get(atelier, first.download);
  t.equal(headers["content-disposition"], "attachment; filename=a-lighthouse.png");
  t.equal(rawPayload.length, first.bytes);
  const inline = (await get(atelier, first.original)).headers["content-disposition"];
  t.notMatch(inline, /lighthouse/);
  await atelier.services.db.image.updateMany({ data: { title: "Три лисы / Crème" } });
  t.equal(
    (await get(atelier, first.download)).headers["content-disposition"],
    `attachment; filename=creme.png; filename*=UTF-8''${encodeURIComponent("три-лисы-crème.png")}`,
  );
});

t.test("with a bucket, addresses lead on to it, and what is gone is the same 404", async (t) => {
  const server = await startS3(t);
  const s3 = {
    ...{ S3_BUCKET: server.bucket, S3_ENDPOINT: server.endpoint, S3_REGION: server.region },
    ...{ S3_ACCESS_KEY_ID: server.accessKeyId, S3_SECRET_ACCESS_KEY: server.secretAccessKey },
  };
  const { atelier, first } = await open(t, s3);
  t.equal(server.objects.size, 3, "both pictures are the same bytes");
  t.equal((await atelier.app.inject("/readyz")).statusCode, 200);
  for (const [url, type, disposition] of [
    [first.original, "image/png", /^inline; filename=atelier-/],
    [first.thumb, "image/webp", /^inline; filename=atelier-/],
    [first.download, "image/png", /^attachment; filename=a-lighthouse\.png$/],
  ] as const) {
    const answer = await get(atelier, url);
    t.equal(answer.statusCode, 302);
    t.match(answer.headers, { "cache-control": "private, max-age=1800", location: /^http:\/\/127\.0\.0\.1:/ });
    const file = await fetch(String(answer.headers.location));
    t.equal(file.status, 200);
    t.equal(file.headers.get("content-type"), type);
    t.match(file.headers.get("content-disposition"), disposition);
    t.match(file.headers.get("cache-control"), /immutable/);
  }
  const { etag } = (
    await atelier.app.inject({ method: "HEAD", url: new URL(first.thumb).pathname + new URL(first.thumb).search })
  ).headers;
  t.equal((await get(atelier, first.thumb, { "if-none-match": String(etag) })).statusCode, 304);
  server.objects.clear();
  const gone = await get(atelier, first.original);
  t.equal(gone.statusCode, 404);
  t.equal(gone.headers["cache-control"], "no-store");

  const through = await open(t, { ...s3, S3_PRESIGNED_READS: "false" });
  const answer = await get(through.atelier, through.first.original, { range: "bytes=0-3" });
  t.equal(answer.statusCode, 206);
  t.equal(answer.rawPayload.toString("latin1"), "\x89PNG");
});

t.test("tampered, swapped, foreign, missing and expired addresses are all the same 404", async (t) => {
  const { atelier, first, second } = await open(t);
  const url = new URL(first.original);
  const changed = (change: (url: URL) => void) => {
    const copy = new URL(url);
    change(copy);
    return copy.href;
  };
  const idOf = (image: { id: string }) => studio.rowIdOf(image.id);
  const foreignKey = new URL(second.original).searchParams;
  const cases = {
    "another image": changed((u) => {
      u.pathname = u.pathname.replace(idOf(first), idOf(second));
    }),
    "another variant": changed((u) => {
      u.pathname = u.pathname.replace("original", "thumb");
    }),
    "no variant": changed((u) => {
      u.pathname = u.pathname.replace("original", "huge");
    }),
    "no image": changed((u) => {
      u.pathname = u.pathname.replace(idOf(first), "nonsense");
    }),
    "another image's signature": changed((u) => u.searchParams.set("s", foreignKey.get("s") ?? "")),
    "a longer life": changed((u) => u.searchParams.set("e", String(Number(u.searchParams.get("e")) + 86_400))),
    "an unknown key": changed((u) => u.searchParams.set("k", "nobody")),
    "no signature": changed((u) => u.searchParams.delete("s")),
    "a doubled signature": `${url.href}&s=x`,
    "a download instead": changed((u) => {
      u.pathname = u.pathname.replace("original", "download");
    }),
    "nothing signed": `${url.origin}${url.pathname}`,
    "upper case": changed((u) => {
      u.pathname = u.pathname.replace(idOf(first), idOf(first).toUpperCase());
    }),
  };
  const { body } = await get(atelier, cases["no image"]);
  for (const [name, address] of Object.entries(cases)) {
    const answer = await get(atelier, address, { "if-none-match": "*" });
    t.equal(answer.statusCode, 404, name);
    t.equal(answer.body, body, name);
    t.match(answer.headers, { "cache-control": "no-store", etag: undefined });
  }
  t.equal((await get(atelier, first.original)).statusCode, 200);
  atelier.clock.advance(day);
  t.equal((await get(atelier, first.original)).statusCode, 200, "it lives for a day at least");
  atelier.clock.advance(day);
  t.equal((await get(atelier, first.original)).body, body, "and no longer than two");
});

t.test("a file that is gone from the storage is the same 404", async (t) => {
  const { atelier, first } = await open(t);
  const keys: string[] = [];
  for await (const { key } of atelier.services.storage.list("")) keys.push(key);
  for (const key of keys) await atelier.services.storage.delete(key);
  const answer = await get(atelier, first.original);
  t.equal(answer.statusCode, 404);
  t.match(answer.headers, { "cache-control": "no-store", etag: undefined });
});
