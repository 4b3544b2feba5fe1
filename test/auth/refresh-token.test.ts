import { randomUUID } from "node:crypto";
import fc from "fast-check";
import t from "tap";
import {
  childOf,
  formatRefreshToken,
  newSalt,
  newTokenParts,
  parseRefreshToken,
} from "../../src/auth/refresh-token.ts";

const fresh = () => ({ sessionId: randomUUID(), ...newTokenParts() });

t.test("a token leads back to its parts", async (t) => {
  const token = fresh();
  t.same(parseRefreshToken(formatRefreshToken(token)), token);
  t.match(formatRefreshToken(token), /^atr_[\w-]{22}\.[\w-]{22}\.[\w-]{43}$/);
});

t.test("what is no token is none, whatever it is", async (t) => {
  const text = formatRefreshToken(fresh());
  for (const damaged of [
    "",
    "atr_",
    text.slice(1),
    text.slice(0, -1),
    `${text}x`,
    text.replace(".", "_"),
    ` ${text}`,
  ]) {
    t.equal(parseRefreshToken(damaged), null, damaged);
  }
  fc.assert(fc.property(fc.string(), (noise) => t.equal(parseRefreshToken(noise), null)));
});

t.test("a child keeps session and family, is the same for the same salt, and another for another", async (t) => {
  const parent = fresh();
  const salt = newSalt();
  const child = childOf(parent, salt);
  t.match(child, { sessionId: parent.sessionId, family: parent.family });
  t.not(child.own, parent.own);
  t.same(childOf(parent, salt), child);
  t.not(childOf(parent, newSalt()).own, child.own);
  t.not(childOf(fresh(), salt).own, child.own);
  t.same(parseRefreshToken(formatRefreshToken(child)), child, "and it is a token like any other");
});
