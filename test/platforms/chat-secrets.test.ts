/** Tokens of Telegram's bots and Discord's webhooks are part of addresses. They stand nowhere in plain all the same. */
import t from "tap";
import { actOnAccount } from "../support/account-operations.ts";
import { tablesWith } from "../support/canary.ts";
import { openChatDesk } from "../support/chat-desk.ts";
import { operations } from "../support/studio.ts";

const minute = 60_000;

t.test("no table, job, event, attempt, answer or log line tells a token, whatever happens", async (t) => {
  const desk = await openChatDesk(t);
  const { telegram, discord, atelier } = desk;
  const secrets = ["canary-telegram", "canary-discord-bot", "canary-discord-webhook"];
  const forms = {
    telegram: { botToken: telegram.token, channel: "@boats_daily" },
    discordBot: { botToken: discord.botToken, channel: discord.channelId },
    discordWebhook: { webhookUrl: discord.webhookUrl() },
  };
  const answers: unknown[] = [];
  const heard = <T>(answer: T): T => {
    answers.push(answer);
    return answer;
  };
  const accounts: string[] = [];
  for (const [method, fields] of Object.entries(forms)) {
    accounts.push(heard(await desk.connect({ [method]: fields })).socialAccount.id);
  }

  // Platforms and proxies that repeat the address or the key they were asked with.
  const replies = (secret: string) => {
    const said = `cannot serve ${secret}`;
    const body = (error_code: number, code: number) => ({
      ok: false,
      error_code,
      description: said,
      message: said,
      code,
    });
    return [
      { status: 400, body: body(400, 50_035) },
      { status: 302, body: said, headers: { location: `https://elsewhere.example/${secret}` } },
      { status: 502, body: said },
      { status: 401, body: body(401, 0) },
    ];
  };
  const { token } = telegram;
  const inPath = `/bot${token.replace(":", "%3A")}/getMe of ${token}`;
  const ways = [
    { simulator: telegram, replies: replies(inPath), ask: /getMe/, send: /sendPhoto/ },
    { simulator: discord, replies: replies(discord.botToken), ask: /users\/@me/, send: /POST .*\/channels\// },
    {
      simulator: discord,
      replies: replies(discord.webhookUrl()),
      ask: /GET .*\/webhooks\//,
      send: /POST .*\/webhooks\//,
    },
  ];
  for (const [index, [method, fields]] of Object.entries(forms).entries()) {
    const way = ways[index];
    way?.simulator.interfere(way.ask, ...way.replies);
    for (const _reply of way?.replies ?? []) heard(await desk.connect({ [method]: fields }));
  }
  // People who put a token into the wrong field, or forget one.
  heard(await desk.connect({ telegram: { botToken: "x", channel: telegram.token } }));
  heard(await desk.connect({ discordBot: { botToken: discord.webhookUrl(), channel: discord.botToken } }));
  heard(await desk.connect({ discordWebhook: { webhookUrl: `${discord.webhookUrl()}?thread_id=1` } }));
  const wrong = { input: { account: { telegram: { botToken: telegram.token } } } };
  t.ok((await desk.ada.request(operations.connect, wrong)).errors, "GraphQL itself refuses that, to whoever sent it");

  const posts: string[] = [];
  for (const [index, socialAccountId] of accounts.entries()) {
    const way = ways[index];
    way?.simulator.interfere(way.send, ...way.replies);
    for (const _reply of way?.replies ?? []) {
      posts.push(heard(await desk.write(socialAccountId, { schedule: { now: true } })).post.id);
    }
  }
  await desk.pass(16 * minute, 4 * minute);
  for (const post of posts) heard(await desk.target(post));
  await Promise.all([telegram.close(), discord.close()]);
  for (const [index, socialAccountId] of accounts.entries()) {
    heard(await desk.connect({ [Object.keys(forms)[index] ?? ""]: Object.values(forms)[index] }));
    heard(await desk.ada.mutate(actOnAccount("Check"), { socialAccountId }));
    heard(await desk.write(socialAccountId, { schedule: { now: true } }));
  }
  await desk.pass(10 * minute, 5 * minute);
  const attempts = await atelier.services.db.publishAttempt.findMany({ select: { outcome: true } });
  const ends = new Set(attempts.map(({ outcome }) => outcome));
  for (const end of ["refused", "unauthorized", "ambiguous"]) t.ok(ends.has(end), `one of ${[...ends].join()}: ${end}`);
  t.ok((await atelier.services.db.jobRun.count()) > 0);
  const everywhere = async () => {
    for (const secret of secrets) t.same(await tablesWith(atelier, secret), [], secret);
  };
  await everywhere();
  for (const socialAccountId of accounts) heard(await desk.ada.mutate(actOnAccount("Disconnect"), { socialAccountId }));
  await desk.pass(3 * 60 * minute, 60 * minute);
  await everywhere();
  t.not((await tablesWith(atelier, "boats_daily")).length, 0, "what is searched for would be found");
  const told = [desk.lines.join(""), JSON.stringify(answers)];
  t.ok(desk.lines.length > 0 && answers.length > 30);
  t.match(told[1], /cannot serve (\/bot|•••|https)/, "the platforms' words were repeated, without the tokens");
  for (const text of told) t.notMatch(text, /canary/);
});
