import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import t from "tap";
import { SealError, seal, sealedWith, unseal } from "../../src/infra/sealed.ts";
import { Secret } from "../../src/infra/secret.ts";

const key = (id: string) => ({ id, secret: randomBytes(32) });
const place = { table: "social_account", column: "credentials", row: "0190" };

t.test("whatever was sealed opens at its place, and is not to be read off the sealed text", async (t) => {
  const ring = [key("a")];
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const sealed = seal(ring, place, new Secret(text));
      t.equal(unseal(ring, place, sealed).reveal(), text);
      if (text.length > 5) t.notOk(sealed.includes(text));
    }),
  );
  t.not(seal(ring, place, new Secret("x")), seal(ring, place, new Secret("x")), "each seal has a nonce of its own");
});

t.test("it opens nowhere else, changed, or without its key", async (t) => {
  const ring = [key("new"), key("old")];
  const sealed = seal(ring.slice(1), place, new Secret("refresh"));
  t.equal(sealedWith(sealed), "old");
  t.equal(unseal(ring, place, sealed).reveal(), "refresh", "an old key still opens");
  for (const elsewhere of [{ row: "0191" }, { column: "pending" }, { table: "webhook" }]) {
    t.throws(() => unseal(ring, { ...place, ...elsewhere }, sealed), SealError);
  }
  const at = sealed.length - 3;
  const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
  t.throws(() => unseal(ring, place, changed), SealError);
  t.throws(() => unseal([key("old")], place, sealed), /another key of the same name/);
  t.throws(() => unseal([key("new")], place, sealed), /no key called "old"/);
  for (const rubbish of ["", ".", "old.", "old.AAAA"]) t.throws(() => unseal(ring, place, rubbish), SealError);
});

t.test("a secret is not shown by accident", async (t) => {
  const secret = new Secret("hunter2");
  for (const shown of [`${secret}`, JSON.stringify({ secret }), inspect({ secret }), String(secret)]) {
    t.match(shown, /\[secret\]/);
    t.notMatch(shown, /hunter2/);
  }
});
