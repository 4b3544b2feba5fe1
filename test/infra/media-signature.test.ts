import fc from "fast-check";
import t from "tap";
import { type SignedMediaReference, signMedia, verifyMedia } from "../../src/infra/media-signature.ts";

const old = { id: "a", secret: Buffer.alloc(32, 1) };
const fresh = { id: "b", secret: Buffer.alloc(32, 2) };
const hour = 3_600_000;
const image = { imageId: "0198c0de-0000-7000-8000-000000000001", variant: "thumb" };
const noon = new Date("2026-03-01T12:00:00Z");

function parse(path: string): SignedMediaReference {
  const { pathname, searchParams } = new URL(path, "http://x");
  const [, , imageId = "", variant = ""] = pathname.split("/");
  return {
    imageId,
    variant,
    e: searchParams.get("e") ?? "",
    k: searchParams.get("k") ?? "",
    s: searchParams.get("s") ?? "",
  };
}

t.test("a signed path names the image, the variant, the expiry and the newest key", async (t) => {
  const path = signMedia(image, [fresh, old], noon);
  t.match(path, /^\/media\/0198c0de-0000-7000-8000-000000000001\/thumb\?e=\d+&k=b&s=[A-Za-z0-9_-]{43}$/);
  t.equal(Number(parse(path).e) * 1000, Date.parse("2026-03-03T00:00:00Z"));
  t.equal(verifyMedia(parse(path), [fresh, old], noon), "valid");
});

t.test("a path stays the same all day and lives for one to two days", async (t) => {
  const day = Date.parse("2026-03-01T00:00:00Z");
  const first = signMedia(image, [fresh], new Date(day));
  t.equal(signMedia(image, [fresh], new Date(day + 24 * hour - 1)), first);
  t.not(signMedia(image, [fresh], new Date(day + 24 * hour)), first);
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true }), (now) => {
      const reference = parse(signMedia(image, [fresh], now));
      const verdict = (after: number) => verifyMedia(reference, [fresh], new Date(now.getTime() + after));
      return verdict(0) === "valid" && verdict(24 * hour) === "valid" && verdict(48 * hour) === "invalid";
    }),
  );
});

t.test("any key of the ring verifies; a retired one does not", async (t) => {
  const reference = parse(signMedia(image, [old], noon));
  t.equal(verifyMedia(reference, [fresh, old], noon), "valid");
  t.equal(verifyMedia(reference, [fresh], noon), "invalid");
  t.equal(verifyMedia(reference, [{ id: "a", secret: fresh.secret }], noon), "invalid");
  t.equal(verifyMedia(reference, [], noon), "invalid");
});

t.test("no key means no access, even for a signature made with zeros", async (t) => {
  const forged = parse(signMedia(image, [{ id: "x", secret: Buffer.alloc(32) }], noon));
  t.equal(verifyMedia(forged, [fresh], noon), "invalid");
});

t.test("a change of any character of any part is noticed", async (t) => {
  const reference = parse(signMedia(image, [fresh, old], noon));
  const parts = ["imageId", "variant", "e", "k", "s"] as const;
  const base64url = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. ");
  fc.assert(
    fc.property(
      fc.constantFrom(...parts),
      fc.nat(),
      base64url,
      fc.constantFrom(0, 1),
      (part, position, character, removed) => {
        const text = reference[part];
        const at = position % (text.length + 1);
        const changed = text.slice(0, at) + character + text.slice(at + removed);
        fc.pre(changed !== text);
        return verifyMedia({ ...reference, [part]: changed }, [fresh, old], noon) === "invalid";
      },
    ),
    { numRuns: 2000 },
  );
  for (const part of parts) t.equal(verifyMedia({ ...reference, [part]: "" }, [fresh, old], noon), "invalid", part);
});

t.test("parts cannot be shifted into each other", async (t) => {
  const reference = parse(signMedia({ imageId: "ab", variant: "c" }, [fresh], noon));
  t.equal(verifyMedia({ ...reference, imageId: "a", variant: "bc" }, [fresh], noon), "invalid");
});

t.test("names that would change the path, and an empty ring, are mistakes in the caller", async (t) => {
  for (const name of ["", "a/b", "..", "a?b", "é"]) {
    t.throws(() => signMedia({ ...image, imageId: name }, [fresh], noon), /does not name/);
    t.throws(() => signMedia({ ...image, variant: name }, [fresh], noon), /does not name/);
  }
  t.throws(() => signMedia(image, [], noon), /without a key/);
});
