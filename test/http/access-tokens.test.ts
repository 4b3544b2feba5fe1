import { createPrivateKey, randomBytes, randomUUID, sign } from "node:crypto";
import Fastify from "fastify";
import t, { type Test } from "tap";
import { registerAccessTokens } from "../../src/http/access-tokens.ts";
import type { KeyRing } from "../../src/infra/key-ring.ts";
import { createTestClock } from "../support/clock.ts";

const viewer = { userId: randomUUID(), sessionId: randomUUID(), personalWorkspaceId: randomUUID(), isOperator: false };
const key = (id: string) => ({ id, secret: randomBytes(32) });

async function open(t: Test, jwtKeys: KeyRing, clock = createTestClock(new Date("2026-11-22T09:00:00Z"))) {
  const app = Fastify();
  t.teardown(() => app.close());
  return { clock, ...(await registerAccessTokens(app, { jwtKeys, clock })) };
}

t.test("a token says who it was issued to, for fifteen minutes", async (t) => {
  const { clock, issue, read } = await open(t, [key("a")]);
  const { accessToken, expiresAt } = issue({ ...viewer, isOperator: true });
  t.equal(expiresAt.toISOString(), "2026-11-22T09:15:00.000Z");
  t.same(read(accessToken), { subject: { ...viewer, isOperator: true }, expiresAt });
  clock.advance(15 * 60_000 - 1);
  t.match(read(accessToken), { subject: { userId: viewer.userId } });
  clock.advance(1);
  t.equal(read(accessToken), "expired");
});

t.test("keys can change: the newest signs, those before it still count", async (t) => {
  const [old, fresh] = [key("old"), key("fresh")];
  const before = await open(t, [old]);
  const during = await open(t, [fresh, old], before.clock);
  const after = await open(t, [fresh], before.clock);
  const issuedBefore = before.issue(viewer).accessToken;
  const issuedDuring = during.issue(viewer).accessToken;
  t.match(during.read(issuedBefore), { subject: viewer });
  t.match(after.read(issuedDuring), { subject: viewer });
  t.equal(after.read(issuedBefore), "malformed");
  t.equal(before.read(issuedDuring), "malformed");
});

t.test("what was not issued here does not count", async (t) => {
  const ours = key("a");
  const { clock, issue, read } = await open(t, [ours]);
  const { accessToken } = issue(viewer);
  const [head = "", body = "", signature = ""] = accessToken.split(".");
  const recoded = (part: string, change: object) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, "base64url").toString()), ...change })).toString(
      "base64url",
    );
  const stranger = await open(t, [key("a")], clock);
  const forgeries: Readonly<Record<string, string>> = {
    "another key under our key's id": stranger.issue(viewer).accessToken,
    "a key that we do not have": `${recoded(head, { kid: "b" })}.${body}.${signature}`,
    "no algorithm": `${recoded(head, { alg: "none" })}.${body}.`,
    "a weaker algorithm": `${recoded(head, { alg: "HS256" })}.${body}.${signature}`,
    "another type of token": `${recoded(head, { typ: "JWT" })}.${body}.${signature}`,
    "another user": `${head}.${recoded(body, { sub: randomUUID() })}.${signature}`,
    "a later end": `${head}.${recoded(body, { exp: 4_000_000_000 })}.${signature}`,
    "more rights": `${head}.${recoded(body, { op: true })}.${signature}`,
    "no signature": `${head}.${body}.`,
    "a part missing": `${head}.${body}`,
    nothing: "",
    dots: "..",
    "a long text": "x".repeat(10_000),
  };
  for (const [what, token] of Object.entries(forgeries)) t.equal(read(token), "malformed", what);
  t.match(read(accessToken), { subject: viewer }, "and the real one still does");
});

t.test("what the same key signed for something else does not count", async (t) => {
  const ours = key("a");
  const { clock, read } = await open(t, [ours]);
  const exp = clock.now().getTime() / 1_000 + 60;
  const header = { alg: "EdDSA", typ: "at+jwt", kid: "a" };
  const { userId: sub, sessionId: sid, personalWorkspaceId: wid } = viewer;
  const claims = { sub, sid, wid, op: false, exp, iss: "atelier", aud: "atelier-api" };
  t.match(read(signed(ours.secret, header, claims)), { subject: viewer });
  for (const [what, otherHeader, otherClaims] of [
    ["another type", { typ: "JWT" }, {}],
    ["another issuer", {}, { iss: "someone" }],
    ["another audience", {}, { aud: "media" }],
    ["no end", {}, { exp: undefined }],
    ["no user", {}, { sub: "everybody" }],
    ["rights in words", {}, { op: "yes" }],
  ] as const) {
    t.equal(read(signed(ours.secret, { ...header, ...otherHeader }, { ...claims, ...otherClaims })), "malformed", what);
  }
});

/** A token made by hand (RFC 7515), with a signature that is right. */
function signed(seed: Buffer, header: object, claims: object): string {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign(null, Buffer.from(text), createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  return `${text}.${signature.toString("base64url")}`;
}

t.test("without a key nothing starts", async (t) => {
  await t.rejects(open(t, []), { message: "There is no key to sign access tokens with." });
});
