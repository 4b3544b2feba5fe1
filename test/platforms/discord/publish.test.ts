import t from "tap";
import { openDiscordBench } from "../../support/platform-benches/discord.ts";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { asSent, unhurried } from "../../support/platform-contract.ts";

const second = 1_000;
const bot = (test: Parameters<typeof openDiscordBench>[0]) => openDiscordBench(test, "discordBot");

t.test("a bot's message that is sent again within minutes shows once", async (t) => {
  const { platform, simulator, request } = await bot(t);
  const post = request();
  const first = await platform.publish(post, unhurried());
  t.same(await platform.publish(post, unhurried()), first);
  t.equal(simulator.publicPosts.length, 1);
  const { nonce, enforce_nonce: enforced } = simulator.messages[0]?.sent ?? {};
  t.match(nonce, /^[0-9a-f]{24}$/);
  t.equal(enforced, true);
});

t.test("a rest that an answer tells is kept without asking again, per channel", async (t) => {
  const { platform, simulator, request, session } = await bot(t);
  simulator.perBucket = 2;
  for (let n = 0; n < 2; n += 1) t.match(await platform.publish(request(), unhurried()), { kind: "published" });
  const calls = simulator.irreversibleCalls;
  const rest = await platform.publish(request(), unhurried());
  t.match(rest, { kind: "rate-limited", retryAt: new Date(simulator.clock.now().getTime() + 5 * second) });
  t.equal(simulator.irreversibleCalls, calls, "nothing was asked");
  // Asking about the bot takes more than two questions.
  simulator.perBucket = 1_000;
  t.match(await platform.check(session, unhurried()), { kind: "alive" }, "other routes have rests of their own");
  simulator.advance(5 * second);
  t.match(await platform.publish(request(), unhurried()), { kind: "published" });
  t.same(simulator.offences, []);
});

t.test("a rest over all routes holds everything of the bot", async (t) => {
  const { platform, simulator, request, session } = await bot(t);
  const body = { message: "You are being rate limited.", retry_after: 1.337, global: true };
  simulator.interfere(/POST/, { status: 429, body, headers: { "x-ratelimit-global": "true", "retry-after": "2" } });
  const until = new Date(simulator.clock.now().getTime() + 1_337);
  t.match(await platform.publish(request(), unhurried()), { kind: "rate-limited", retryAt: until });
  const asked = simulator.asked.length;
  t.match(await platform.measure(session, ["820745488231300001"], unhurried()), {
    kind: "rate-limited",
    retryAt: until,
  });
  t.match(await platform.verify(session, "820745488231300001", unhurried()), { kind: "unavailable" });
  t.equal(simulator.asked.length, asked, "nothing was asked");
  simulator.advance(1_338);
  t.match(await platform.publish(request(), unhurried()), { kind: "published" });
});

t.test("a text without pictures is found by its words, unless they stand there twice", async (t) => {
  const bench = await bot(t);
  const { platform, simulator, request } = bench;
  const post = asSent(bench, request({ images: [], caption: "Ahoi." }));
  t.match(await platform.reconcile(post, unhurried()), { kind: "absent", certain: false });
  simulator.say("Ahoi.");
  t.match(await platform.reconcile(post, unhurried()), { kind: "absent" }, "somebody else's words");
  await platform.publish(post, unhurried());
  t.match(await platform.reconcile(post, unhurried()), { kind: "present", externalId: simulator.publicPosts[0]?.id });
  simulator.say("Ahoi.", simulator.botId);
  t.match(await platform.reconcile(post, unhurried()), { kind: "unknown" });
});

t.test("a post with pictures is found by its mark, whatever was written before and after", async (t) => {
  const bench = await bot(t);
  const { platform, simulator, request } = bench;
  const other = request({ caption: "Ahoi." });
  await platform.publish(other, unhurried());
  const post = asSent(bench, request({ caption: "Ahoi.", images: [await publishImage(1), await publishImage(2)] }));
  simulator.arm({ kind: "garbage-after-effect" });
  t.match(await platform.publish(post, unhurried()), { kind: "ambiguous" });
  for (let n = 0; n < 350; n += 1) simulator.say(`Chatter ${n}`);
  t.match(await platform.reconcile(post, unhurried()), { kind: "present", externalId: simulator.publicPosts[1]?.id });
  for (let n = 0; n < 2_100; n += 1) simulator.say(`More ${n}`);
  t.match(await platform.reconcile(post, unhurried()), { kind: "unknown", message: /too many/ });
});

t.test("what Discord says is told by kind", async (t) => {
  const { platform, simulator, request } = await bot(t);
  const say = async (status: number, body: unknown) => {
    simulator.interfere(/POST/, { status, body });
    return platform.publish(request(), unhurried());
  };
  const no = (code: number, message: string, errors?: object) => ({ code, message, ...(errors && { errors }) });
  t.match(await say(200, { id: "1", channel_id: "2" }), { kind: "ambiguous" }, "another channel's message");
  t.match(await say(500, no(0, "500: Internal Server Error")), { kind: "ambiguous" });
  t.match(await say(403, "error code: 1010"), { kind: "ambiguous" }, "a proxy's page");
  t.match(await say(403, no(200_000, "Message was blocked by automatic moderation")), {
    kind: "refused",
    code: "BLOCKED",
  });
  t.match(await say(403, no(50_013, "Missing Permissions")), { kind: "unauthorized" });
  t.match(await say(404, no(10_003, "Unknown Channel")), { kind: "unauthorized" });
  t.match(await say(413, no(40_005, "Request entity too large")), { kind: "refused", code: "TOO_LARGE" });
  const errors = { attachments: { 0: { description: { _errors: [{ code: "X", message: "Must be shorter." }] } } } };
  const words = /Invalid Form Body Must be shorter\./;
  t.match(await say(400, no(50_035, "Invalid Form Body", errors)), { kind: "refused", message: words });
});

t.test("an empty message is refused before anything is asked", async (t) => {
  const { platform, simulator, request } = await bot(t);
  t.match(await platform.publish(request({ images: [], caption: "\n" }), unhurried()), {
    kind: "refused",
    code: "EMPTY",
  });
  t.equal(simulator.irreversibleCalls, 0);
});

for (const method of ["discordBot", "discordWebhook"]) {
  t.test(`reactions are counted through ${method}`, async (t) => {
    const { platform, simulator, request, session } = await openDiscordBench(t, method);
    await platform.publish(request(), unhurried());
    await platform.publish(request(), unhurried());
    const [one = "", two = ""] = simulator.publicPosts.map(({ id }) => id);
    simulator.react(one, 7);
    const outcome = await platform.measure(session, [one, two], unhurried());
    if (outcome.kind !== "measured") return void t.fail(JSON.stringify(outcome));
    t.same(
      [...outcome.posts.values()],
      [7, 0].map((LIKES) => ({ values: { LIKES }, unknown: {} })),
    );
  });
}
