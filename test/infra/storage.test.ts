import t from "tap";
import { assertObjectKey, objectKey, parseObjectKey } from "../../src/infra/storage.ts";

const sha256 = `ab${"0".repeat(62)}`;

t.test("an original keeps its extension; what is made from it is WebP beside it", async (t) => {
  t.equal(objectKey(sha256, "original", "png"), `images/ab/${sha256}.png`);
  t.equal(objectKey(sha256, "preview", "png"), `images/ab/${sha256}.preview.webp`);
  t.equal(objectKey(sha256, "thumb", "jpg"), `images/ab/${sha256}.thumb.webp`);
  for (const variant of ["original", "preview", "thumb"] as const) assertObjectKey(objectKey(sha256, variant, "webp"));
});

t.test("a key is never made from something that is not a hash", async (t) => {
  for (const wrong of ["", "ab", sha256.toUpperCase(), `${sha256}0`, `../${sha256.slice(3)}`]) {
    t.throws(() => objectKey(wrong, "original", "png"), /not a SHA-256 hash/);
  }
});

t.test("a key says what it names, and every other name says nothing", async (t) => {
  for (const [variant, extension] of [
    ["original", "png"],
    ["original", "webp"],
    ["preview", "webp"],
    ["thumb", "webp"],
  ] as const) {
    t.strictSame(parseObjectKey(objectKey(sha256, variant, extension)), { sha256, variant, extension });
  }
  const key = objectKey(sha256, "original", "png");
  for (const other of [
    `${key}.bak`,
    key.replace("ab/", "ac/"),
    key.slice(0, -4),
    `avatars/${key}`,
    key.toUpperCase(),
  ]) {
    t.equal(parseObjectKey(other), null, other);
  }
});
