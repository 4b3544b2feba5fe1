import t from "tap";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { openX } from "../../support/platform-benches/x.ts";
import { asSent, unhurried } from "../../support/platform-contract.ts";
import { memoryRefs } from "../../support/platform-request.ts";

const hour = 60 * 60_000;
const day = 24 * hour;

async function open(t: Parameters<typeof openX>[0]) {
  const bench = await openX(t);
  const { platform } = bench;
  const send = async (change: Parameters<typeof bench.request>[0] = {}) => {
    const request = asSent(bench, bench.request({ refs: memoryRefs({}, bench.clock), ...change }));
    const prepared = await platform.prepare(request, unhurried());
    if (prepared.kind !== "ready") throw new Error(JSON.stringify(prepared));
    return { request, outcome: await platform.publish(request, unhurried()) };
  };
  return { ...bench, send };
}

t.test("options, descriptions and where the pictures come from arrive", async (t) => {
  const { send, simulator } = await open(t);
  const { outcome } = await send({
    options: { replySettings: "mentioned_users", paidPartnership: true },
    images: [await publishImage(1), await publishImage(1, { alt: "" }), await publishImage(2)],
    madeWithAi: true,
  });
  t.match(outcome, { kind: "published", permalink: `https://x.com/ada/status/${simulator.posts[0]?.id}` });
  t.match(simulator.posts[0]?.fields, { reply_settings: "mentionedUsers", paid_partnership: true, made_with_ai: true });
  t.same(simulator.publicPosts[0]?.altTexts, ["A flat picture number 1.", null, "A flat picture number 2."]);
  await send({ caption: "Drawn by hand." });
  t.notOk(simulator.posts[1]?.fields["made_with_ai"] ?? false);
  const { outcome: mute } = await send({ caption: " \n" });
  t.match(mute, { kind: "published" }, "pictures without words need no text");
  t.same(simulator.offences, []);
});

t.test("pictures that X works on are waited for, as long as it says", async (t) => {
  const bench = await open(t);
  bench.simulator.server.processing = 2;
  const request = bench.request();
  const waiting = await bench.platform.prepare(request, unhurried());
  if (waiting.kind !== "waiting") return void t.fail(JSON.stringify(waiting));
  t.equal(waiting.retryAt.getTime() - bench.clock.now().getTime(), 5_000);
  t.match(await bench.platform.prepare(request, unhurried()), { kind: "ready" });
  t.equal(bench.simulator.reversibleCalls, 1);
  t.match(await bench.platform.publish(request, unhurried()), { kind: "published" });
  t.same(bench.simulator.offences, []);
});

t.test("a picture that X cannot work on is refused, and one that X lost is sent again", async (t) => {
  const bench = await open(t);
  const { platform, simulator } = bench;
  simulator.server.processing = 2;
  const request = bench.request({ refs: memoryRefs({}, bench.clock) });
  t.match(await platform.prepare(request, unhurried()), { kind: "waiting" });
  simulator.forgetUploads();
  t.match(await platform.prepare(request, unhurried()), { kind: "unavailable", message: /uploaded again/ });
  simulator.server.processing = 0;
  t.match(await platform.prepare(request, unhurried()), { kind: "ready" });
  simulator.server.processing = 1;
  const failing = bench.request();
  const failed = { id: "7", media_key: "3_7", processing_info: { state: "failed" } };
  simulator.interfere(/GET \/2\/media\/upload/, { status: 200, body: { data: failed } });
  t.match(await platform.prepare(failing, unhurried()), { kind: "refused", code: "MEDIA_FAILED" });
});

t.test("uploads that ran out are made again, and described again", async (t) => {
  const bench = await open(t);
  const { platform, simulator } = bench;
  const request = bench.request({ refs: memoryRefs({}, bench.clock) });
  await platform.prepare(request, unhurried());
  simulator.advance(day);
  simulator.oauth.expire();
  const { accessToken, refreshToken } = bench.session.credentials;
  t.ok(accessToken && refreshToken);
  const renewed = await platform.refresh(bench.session, unhurried());
  if (renewed.kind !== "renewed") return void t.fail(JSON.stringify(renewed));
  const later = { ...request, session: { ...bench.session, credentials: renewed.credentials } };
  t.match(await platform.prepare(later, unhurried()), { kind: "ready" });
  t.equal(simulator.reversibleCalls, 2);
  t.match(await platform.publish(later, unhurried()), { kind: "published" });
  t.same(simulator.publicPosts[0]?.altTexts, ["A flat picture number 20."]);
});

t.test("pictures that X says it does not have are uploaded again, once", async (t) => {
  const bench = await open(t);
  const { platform, simulator } = bench;
  const request = bench.request();
  await platform.prepare(request, unhurried());
  simulator.forgetUploads();
  t.match(await platform.publish(request, unhurried()), { kind: "unavailable", message: /uploaded again/ });
  await platform.prepare(request, unhurried());
  simulator.forgetUploads();
  t.match(await platform.publish(request, unhurried()), { kind: "refused", code: "MEDIA_GONE" });
  t.equal(simulator.publicPosts.length, 0);
});

t.test("the same text again is refused with what to do", async (t) => {
  const { send, simulator } = await open(t);
  await send({ caption: "Twice." });
  const { outcome } = await send({ caption: "Twice." });
  t.match(outcome, {
    kind: "refused",
    code: "DUPLICATE_CONTENT",
    message: /same text.*Change the text.*duplicate content/,
  });
  t.equal(simulator.publicPosts.length, 1);
});

t.test("the same text again is a sign that the first try arrived, where there was one", async (t) => {
  const bench = await open(t);
  const { platform, simulator } = bench;
  simulator.arm({ kind: "drop-after-effect" });
  const { request, outcome } = await bench.send();
  t.match(outcome, { kind: "ambiguous" });
  t.match(await platform.publish(request, unhurried()), { kind: "ambiguous", message: /already/ });
  t.equal(simulator.publicPosts.length, 1);
  t.match(await platform.reconcile(request, unhurried()), {
    kind: "present",
    externalId: simulator.publicPosts[0]?.id,
  });
});

t.test("a refusal leaves no trace of a try: the next one is the first", async (t) => {
  const bench = await open(t);
  bench.simulator.arm({ kind: "unauthorized" });
  const { request } = await bench.send();
  bench.simulator.postByHand("A boat.");
  t.match(await bench.platform.publish(request, unhurried()), { kind: "refused", code: "DUPLICATE_CONTENT" });
});

t.test("each refusal is told for what it is", async (t) => {
  const bench = await open(t);
  const { platform, simulator } = bench;
  const request = bench.request();
  await platform.prepare(request, unhurried());
  const problem = (status: number, body: object) => ({ status, body: { title: "T", detail: "D.", ...body } });
  const type = (name: string) => ({ type: `https://api.x.com/2/problems/${name}` });
  for (const [reply, expected] of [
    [problem(403, type("client-forbidden")), { kind: "refused", code: "APP_NOT_ALLOWED" }],
    [problem(403, type("user-suspended")), { kind: "refused", code: "ACCOUNT_HELD_BACK" }],
    [
      problem(403, { detail: "Not permitted." }),
      { kind: "refused", code: "NOT_PERMITTED", message: /Not permitted\./ },
    ],
    [problem(403, type("unsupported-authentication")), { kind: "unauthorized" }],
    [problem(400, type("invalid-request")), { kind: "refused", code: "INVALID_CONTENT" }],
    [
      { status: 403, body: { errors: [{ code: 326, message: "Locked." }] } },
      { kind: "refused", code: "ACCOUNT_HELD_BACK" },
    ],
    [
      { status: 403, body: { errors: [{ code: 185, message: "Limit." }] } },
      { kind: "rate-limited", retryAt: null },
    ],
    [{ status: 403, body: "A page of a proxy" }, { kind: "ambiguous" }],
    [{ status: 401, body: "A page of a proxy" }, { kind: "ambiguous" }],
    [problem(503, { detail: "Over capacity" }), { kind: "ambiguous" }],
    [{ status: 201, body: { data: {} } }, { kind: "ambiguous" }],
    [
      { status: 429, body: "Slow down" },
      { kind: "rate-limited", retryAt: null },
    ],
  ] as const) {
    simulator.interfere(/POST \/2\/tweets/, reply);
    t.match(await platform.publish(request, unhurried()), expected, JSON.stringify(reply));
  }
  t.equal(simulator.publicPosts.length, 0);
});

t.test("access that may not upload asks for a new connection", async (t) => {
  const bench = await open(t);
  bench.simulator.interfere(/media\/upload/, { status: 403, body: { title: "Forbidden", detail: "Forbidden" } });
  t.match(await bench.platform.prepare(bench.request(), unhurried()), {
    kind: "unauthorized",
    message: /upload pictures/,
  });
});
