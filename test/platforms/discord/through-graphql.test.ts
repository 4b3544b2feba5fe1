/** Discord from the front door: both ways to connect, scheduling, what is refused, what is looked up and what is not. */
import t from "tap";
import { actOnAccount } from "../../support/account-operations.ts";
import { openChatDesk } from "../../support/chat-desk.ts";
import { operations } from "../../support/studio.ts";

const minute = 60_000;
const desk = await openChatDesk(t);
const { discord } = desk;
const byBot = (channel = discord.channelId, botToken = discord.botToken) => ({ discordBot: { botToken, channel } });
const byWebhook = (webhookUrl = discord.webhookUrl()) => ({ discordWebhook: { webhookUrl } });
const page = `https://discord.com/channels/${discord.guildId}/${discord.channelId}`;
const bot = async () => (await desk.connect(byBot())).socialAccount.id;
const webhook = async () => (await desk.connect(byWebhook())).socialAccount.id;

t.test("a channel is connected through a bot, by its id or its link", async (t) => {
  for (const channel of [discord.channelId, page, `${page}/820745488231309999`]) {
    t.match(await desk.connect(byBot(channel, `Bot ${discord.botToken}`)), {
      __typename: "ConnectSocialAccountSuccess",
      socialAccount: { platform: "DISCORD", handle: "gallery", name: "#gallery (Harbour)", url: page },
    });
  }
  t.equal(await desk.atelier.services.db.socialAccount.count(), 1);
});

t.test(
  "a bot of several channels is connected to the one that the form names; a webhook is an account of its own",
  async (t) => {
    const accounts = [
      await bot(),
      (await desk.connect(byBot(discord.otherChannelId))).socialAccount.id,
      await webhook(),
    ];
    t.equal(new Set(accounts).size, 3);
    const { post } = await desk.write(accounts[1], { schedule: { now: true } });
    await desk.pass(1_000);
    t.match(await desk.target(post.id), { status: "PUBLISHED" });
    t.equal(discord.messages.at(-1)?.channelId, discord.otherChannelId);
  },
);

t.test("what cannot be connected is refused at its field", async (t) => {
  const { permissions, webhook: hook } = discord;
  const refused = async (input: Readonly<Record<string, unknown>>, field: string, code: string, message: RegExp) => {
    const path = ["account", Object.keys(input)[0], field];
    t.match(await desk.connect(input), { __typename: "ValidationError", issues: [{ path, code, message }] });
  };
  await refused(byBot(discord.channelId, "no token"), "botToken", "INVALID", /three parts/);
  const stranger = `${"a".repeat(24)}.bbbbbb.${"c".repeat(38)}`;
  await refused(byBot(discord.channelId, stranger), "botToken", "WRONG_TOKEN", /401: Unauthorized/);
  for (const channel of ["", "gallery", "https://example.org/channels/1/2", discord.botToken]) {
    await refused(byBot(channel), "channel", "INVALID", /names no channel/);
  }
  await refused(byBot("111111111111111111"), "channel", "NOT_FOUND", /Unknown Channel/);
  await refused(byBot(discord.forumId), "channel", "NOT_A_CHANNEL", /text or announcement/);
  discord.member = false;
  await refused(byBot(), "channel", "NO_ACCESS", /Missing Access/);
  discord.member = true;
  discord.permissions = 1n << 10n;
  await refused(byBot(), "channel", "NO_PERMISSION", /: Send Messages, Attach Files, Read Message History\. Give/);
  discord.permissions = permissions;
  const address = discord.webhookUrl();
  for (const url of [
    "",
    "https://evil.example/api/webhooks/1/x",
    address.replace("https", "http"),
    `${address}/slack`,
  ]) {
    await refused(byWebhook(url), "webhookUrl", "INVALID", /no webhook's address/);
  }
  await refused(byWebhook(address.replaceAll("Z", "Y")), "webhookUrl", "WRONG_TOKEN", /Invalid Webhook Token/);
  await refused(
    byWebhook(address.replace(hook.id, "111111111111111111")),
    "webhookUrl",
    "NOT_FOUND",
    /Unknown Webhook/,
  );
  hook.type = 2;
  await refused(byWebhook(), "webhookUrl", "NOT_INCOMING", /takes no messages/);
  hook.type = 1;
  discord.interfere(/users\/@me/, { status: 503, body: "Upstream" });
  t.match(await desk.connect(byBot()), { __typename: "PlatformUnavailableError", message: /answered 503/ });
});

for (const [name, account] of Object.entries({ bot, webhook })) {
  t.test(`a scheduled post goes out through a ${name}, with options and alt texts, and is read back`, async (t) => {
    const at = new Date(desk.atelier.clock.now().getTime() + 10 * minute).toISOString();
    const options = { discord: { silent: true, spoiler: true, suppressEmbeds: true } };
    const images = desk.imageIds.map((imageId, n) => ({ imageId, altText: `Boat ${n}.` }));
    const { post } = await desk.write(await account(), { options, images, schedule: { at } });
    t.match(await desk.target(post.id), { status: "SCHEDULED" });
    await desk.pass(11 * minute, minute);
    const target = await desk.target(post.id);
    t.match(target, { status: "PUBLISHED", permalink: `${page}/${target.externalId}` });
    t.match(discord.publicPosts.at(-1), { text: "A boat.", altTexts: ["Boat 0.", "Boat 1.", "Boat 2."] });
    const { sent, webhookId } = discord.messages.at(-1) ?? {};
    t.equal(webhookId !== null, name === "webhook");
    t.match(sent, { flags: 4_100, allowed_mentions: { parse: [] } });
    for (const { filename } of sent?.attachments ?? [])
      t.match(filename, /^SPOILER_atelier-[0-9a-f]{12}-\d\.(png|jpg)$/);
    await desk.pass(30 * minute, 10 * minute);
    const row = await desk.atelier.services.db.postTarget.findFirstOrThrow({
      where: { externalId: target.externalId },
    });
    t.ok(row.verifiedAt, "it was read back");
  });
}

t.test("what Discord would refuse is refused before, at its place", async (t) => {
  const account = await bot();
  const soon = { schedule: { now: true } };
  const sent = discord.irreversibleCalls;
  t.match(await desk.write(account, { ...soon, caption: "🛟".repeat(2_001) }), {
    issues: [{ path: ["targets", "0", "caption"], code: "TOO_LONG", message: /2001 characters.*2000/ }],
  });
  const images = [{ imageId: desk.imageIds[0], altText: "x".repeat(1_025) }];
  t.match(await desk.write(account, { ...soon, images }), {
    issues: [{ path: ["images", "0", "altText"], code: "TOO_LONG", message: /1024/ }],
  });
  t.equal(discord.irreversibleCalls, sent);
});

t.test("a bot's interrupted message is found in its channel, among those of others", async (t) => {
  const before = discord.publicPosts.length;
  discord.arm({ kind: "drop-after-effect" });
  const { post } = await desk.write(await bot(), { schedule: { now: true } });
  await desk.pass(1_000);
  t.match(await desk.target(post.id), { status: "PUBLISHING" });
  for (let n = 0; n < 130; n += 1) discord.say(`Chatter ${n}`);
  await desk.pass(5 * minute, minute);
  t.match(await desk.target(post.id), { status: "PUBLISHED", externalId: discord.publicPosts.at(-1)?.id });
  t.equal(discord.publicPosts.length, before + 1);
});

t.test("a webhook's interrupted message is never repeated: a person decides", async (t) => {
  const before = discord.publicPosts.length;
  discord.arm({ kind: "error-after-effect" });
  const { post } = await desk.write(await webhook(), { schedule: { now: true } });
  await desk.pass(30 * minute, 2 * minute);
  t.match(await desk.target(post.id), { status: "UNKNOWN" });
  t.equal(discord.publicPosts.length, before + 1);
  const decided = {
    targetId: post.targets[0].id,
    outcome: "PUBLISHED",
    url: `${page}/${discord.publicPosts.at(-1)?.id}`,
  };
  const said = await desk.ada.mutate(operations.resolve, decided);
  t.match(said, { target: { status: "PUBLISHED", permalink: decided.url } });
});

t.test("a bot that lost its permissions stops its account, until it has them again", async (t) => {
  const account = await bot();
  const { permissions } = discord;
  discord.permissions = 1n << 10n;
  const { post } = await desk.write(account, { schedule: { now: true } });
  await desk.pass(minute);
  t.match(await desk.target(post.id), {
    ...{ status: "FAILED", failure: { code: "UNAUTHORIZED", message: /Missing Permissions/ } },
    socialAccount: { state: "NEEDS_RECONNECT" },
  });
  discord.permissions = permissions;
  const checked = await desk.ada.mutate(actOnAccount("Check"), { socialAccountId: account });
  t.match(checked.socialAccount, { state: "ACTIVE" });
  t.same(discord.offences, []);
});
