/** Telegram from the front door: connecting, scheduling, what is refused and what is unclear. */
import t from "tap";
import { actOnAccount } from "../../support/account-operations.ts";
import { openChatDesk } from "../../support/chat-desk.ts";
import { operations } from "../../support/studio.ts";

const minute = 60_000;
const desk = await openChatDesk(t);
const { telegram } = desk;
const form = (channel = "@boats_daily", botToken = telegram.token) => ({ telegram: { botToken, channel } });
const connected = async () => (await desk.connect(form())).socialAccount.id;

t.test("a channel is connected by its bot's token, however it is named", async (t) => {
  const named = ["@boats_daily", "boats_daily", "-1001234567890", "https://t.me/boats_daily/12", "t.me/s/boats_daily"];
  for (const channel of [...named, "https://t.me/c/1234567890/7"]) {
    t.match(await desk.connect(form(channel)), {
      __typename: "ConnectSocialAccountSuccess",
      socialAccount: { platform: "TELEGRAM", handle: "boats_daily", name: "Boats", url: "https://t.me/boats_daily" },
    });
  }
  t.equal(await desk.atelier.services.db.socialAccount.count(), 1);
});

t.test("a bot of several channels is connected to the one that the form names", async (t) => {
  const [boats, hidden] = [await desk.connect(form()), await desk.connect(form("-1009876543210"))];
  t.match(hidden.socialAccount, { handle: "-1009876543210", name: "Boats, hidden", url: null });
  t.not(boats.socialAccount.id, hidden.socialAccount.id);
  const { post } = await desk.write(hidden.socialAccount.id, { schedule: { now: true } });
  await desk.pass(1_000);
  const target = await desk.target(post.id);
  t.equal(telegram.sent.at(-1)?.fields["chat_id"], "-1009876543210");
  t.match(target, { status: "PUBLISHED", permalink: `https://t.me/c/9876543210/${target.externalId}` });
});

t.test("what cannot be connected is refused at its field", async (t) => {
  const { boats } = telegram.chats;
  const refused = async (input: object, field: string, code: string, message: RegExp) =>
    t.match(await desk.connect(input as ReturnType<typeof form>), {
      ...{ __typename: "ValidationError", issues: [{ path: ["account", "telegram", field], code, message }] },
    });
  await refused(form("@boats_daily", "no token"), "botToken", "INVALID", /@BotFather/);
  await refused(form("@boats_daily", `987654321:${"a".repeat(35)}`), "botToken", "WRONG_TOKEN", /does not accept/);
  for (const channel of ["", "two words", "https://t.me/+AbCdEf", "https://example.org/boats", telegram.token]) {
    await refused(form(channel), "channel", "INVALID", /names no channel/);
  }
  await refused(form("@nobody_here"), "channel", "NO_ACCESS", /chat not found/);
  await refused(form("@boats_talk"), "channel", "NOT_A_CHANNEL", /another kind/);
  const { bot } = boats;
  for (const status of ["kicked", "left"]) {
    boats.bot = { status };
    await refused(form(), "channel", "NO_ACCESS", /administrator of the channel/);
  }
  for (const other of [{ status: "member" }, { status: "administrator", can_post_messages: false }]) {
    boats.bot = other;
    await refused(form(), "channel", "NO_PERMISSION", /@atelier_bot may not post.*administrator/);
  }
  boats.bot = bot;
  telegram.interfere(/getMe/, { status: 502, body: "Bad Gateway" });
  t.match(await desk.connect(form()), { __typename: "PlatformUnavailableError", message: /answered 502/ });
});

t.test("a scheduled album is published with its options, its words on the first picture", async (t) => {
  const at = new Date(desk.atelier.clock.now().getTime() + 10 * minute).toISOString();
  const options = { telegram: { silent: true, spoiler: true, captionAbove: true, protected: true } };
  const { post } = await desk.write(await connected(), { options, schedule: { at } }, 3);
  t.match(await desk.target(post.id), { status: "SCHEDULED" });
  await desk.pass(11 * minute, minute);
  const target = await desk.target(post.id);
  t.match(target, { status: "PUBLISHED", permalink: `https://t.me/boats_daily/${target.externalId}` });
  t.match(telegram.publicPosts.at(-1), { id: target.externalId, text: "A boat.", images: 3 });
  const { method, fields } = telegram.sent.at(-1) ?? {};
  t.equal(method, "sendMediaGroup");
  t.match(fields, { disable_notification: "true", protect_content: "true" });
  const media: readonly unknown[] = JSON.parse(String(fields?.["media"]));
  t.match(media[0], { caption: "A boat.", has_spoiler: true, show_caption_above_media: true });
  t.notMatch(media[1], { caption: "A boat." });
});

t.test("a text without pictures is a message", async (t) => {
  const { post } = await desk.write(await connected(), { schedule: { now: true } }, 0);
  await desk.pass(1_000);
  t.match(await desk.target(post.id), { status: "PUBLISHED" });
  t.match(telegram.sent.at(-1), { method: "sendMessage", fields: { text: "A boat." } });
});

t.test("what Telegram would refuse is refused before, at its place", async (t) => {
  const account = await connected();
  const soon = { schedule: { now: true } };
  const sent = telegram.irreversibleCalls;
  t.match(await desk.write(account, { ...soon, caption: "⛵️🛟".repeat(256) + "x" }), {
    issues: [{ path: ["targets", "0", "caption"], code: "TOO_LONG", message: /1025 UTF-16 units.*1024/ }],
  });
  t.match(await desk.write(account, { ...soon, options: { mastodon: { sensitive: true } } }), {
    __typename: "ValidationError",
  });
  const images = Array.from({ length: 11 }, (_, n) => ({ imageId: desk.imageIds[n % 3] }));
  t.match(await desk.write(account, { ...soon, images }), { __typename: "ValidationError" });
  t.equal(telegram.irreversibleCalls, sent);
});

t.test("a rest that Telegram asks for is kept, then the post goes out once", async (t) => {
  const account = await connected();
  const before = telegram.publicPosts.length;
  telegram.arm({ kind: "rate-limit", retryAfterSeconds: 90 });
  const { post } = await desk.write(account, { schedule: { now: true } });
  const calls = telegram.irreversibleCalls;
  await desk.pass(60_000, 10_000);
  t.equal(telegram.irreversibleCalls, calls + 1, "nothing is asked before the time");
  t.match(await desk.target(post.id), { status: "SCHEDULED" });
  await desk.pass(2 * minute, 30_000);
  t.match(await desk.target(post.id), { status: "PUBLISHED" });
  t.equal(telegram.publicPosts.length, before + 1);
});

t.test("an unclear send is never repeated: a person looks and says that it is out", async (t) => {
  const before = telegram.publicPosts.length;
  telegram.arm({ kind: "drop-after-effect" });
  const { post } = await desk.write(await connected(), { schedule: { now: true } });
  await desk.pass(30 * minute, 2 * minute);
  t.match(await desk.target(post.id), { status: "UNKNOWN" });
  t.equal(telegram.publicPosts.length, before + 1);
  const targetId = post.targets[0].id;
  const url = `https://t.me/boats_daily/${telegram.publicPosts.at(-1)?.id}`;
  const said = await desk.ada.mutate(operations.resolve, { targetId, outcome: "PUBLISHED", url });
  t.match(said, { target: { status: "PUBLISHED", permalink: url } });
  t.equal(telegram.publicPosts.length, before + 1);
});

t.test("a bot that lost its right stops its account, until it has it again", async (t) => {
  const account = await connected();
  const { boats } = telegram.chats;
  const { bot } = boats;
  boats.bot = { status: "administrator", can_post_messages: false };
  const { post } = await desk.write(account, { schedule: { now: true } });
  await desk.pass(1_000);
  t.match(await desk.target(post.id), {
    ...{ status: "FAILED", failure: { code: "UNAUTHORIZED", message: /may not post/, retryable: true } },
    socialAccount: { state: "NEEDS_RECONNECT" },
  });
  boats.bot = bot;
  const checked = await desk.ada.mutate(actOnAccount("Check"), { socialAccountId: account });
  t.match(checked.socialAccount, { state: "ACTIVE" });
  t.same(telegram.offences, []);
});
