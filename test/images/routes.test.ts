import { createHash } from "node:crypto";
import t from "tap";
import { type Atelier, openAtelier } from "../support/atelier.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const day = 86_400_000;
const urls =
  "{ images { nodes { id sha256 bytes original: url preview: url(variant: PREVIEW) thumb: url(variant: THUMB) } } }";

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider() });
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
    "content-disposition": /^inline; filename="atelier-[0-9a-f-]+\.png"$/,
    etag: `"${first.sha256}.original"`,
  });
  for (const url of [first.preview, first.thumb]) {
    const small = await get(atelier, url);
    t.match(small.headers, { "content-type": "image/webp", "content-disposition": /\.webp"$/ });
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
