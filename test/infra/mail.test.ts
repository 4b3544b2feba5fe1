import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { simpleParser } from "mailparser";
import t, { type Test } from "tap";
import { createMailer, type MailerOptions } from "../../src/infra/mail.ts";
import { openDeafServer, openSmtpServer, type SmtpBehaviour } from "../simulators/smtp.ts";
import { createTestClock } from "../support/clock.ts";

const message = {
  to: "ada@example.org",
  subject: "Bestätige deine Adresse",
  text: "Öffne https://atelier.example.org/verify?token=s3cret\n",
  html: "<p>Öffne den <b>Link</b></p>",
};

async function open(t: Test, options: Partial<MailerOptions> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "atelier-mail-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const logged: unknown[][] = [];
  const log = {
    info: (...args: unknown[]) => void logged.push(args),
    warn: (...args: unknown[]) => void logged.push(args),
  };
  const mail = path.join(folder, "mail");
  const clock = createTestClock(new Date("2026-11-22T09:00:00.000Z"));
  const timeouts = { step: 500, whole: 1_500 };
  const given = { smtpUrl: null, from: "Atelier <atelier@example.org>", folder: mail, environment: "test" } as const;
  const mailer = createMailer({ ...given, clock, log, timeouts, ...options });
  t.teardown(() => mailer.close());
  const files = async () => (await readdir(mail).catch(() => [])).map((name) => path.join(mail, name));
  return { mailer, files, logged: () => JSON.stringify(logged), folder: mail };
}

/** What becomes of a mail at a server that behaves so. */
async function sendTo(t: Test, behaviour: SmtpBehaviour, credentials = "", given: Partial<typeof message> = {}) {
  const { port, received } = await openSmtpServer(t, behaviour);
  const { mailer, files, logged } = await open(t, { smtpUrl: `smtp://${credentials}127.0.0.1:${port}` });
  const outcome = await mailer.send({ ...message, ...given });
  t.same(await files(), []);
  t.notMatch(logged(), /ada|s3cret|hunter2/, "the log knows neither person nor secret");
  return { outcome, received };
}

t.test("with a server mail is sent, and arrives as it was written", async (t) => {
  const { outcome, received } = await sendTo(
    t,
    { login: { user: "me@x", password: "hunter2:/?" } },
    "me%40x:hunter2%3A%2F%3F@",
  );
  t.same(outcome, { kind: "sent" });
  const [mail] = received;
  t.match(mail, { from: "atelier@example.org", to: ["ada@example.org"] });
  const parsed = await simpleParser(mail?.content ?? "");
  t.match(parsed, { subject: message.subject, text: message.text, date: new Date("2026-11-22T09:00:00.000Z") });
  t.match(parsed.html, message.html);
  t.equal(parsed.headers.get("auto-submitted"), "auto-generated");
  t.notOk(parsed.headers.has("x-mailer"));
});

t.test("the server's numbers decide whether to try again", async (t) => {
  const echo = "5.1.1 no such person: ada@example.org s3cret";
  for (const [refuse, kind, detail] of [
    [{ at: "RCPT", code: 550, text: echo }, "refused", "The mail server refuses this mail for good (550 5.1.1)."],
    [{ at: "MAIL", code: 553, text: "no" }, "refused", "The mail server refuses this mail for good (553)."],
    [
      { at: "DATA", code: 554, text: "5.7.1 spam" },
      "refused",
      "The mail server refuses this mail for good (554 5.7.1).",
    ],
    [
      { at: "RCPT", code: 450, text: "4.2.1 later" },
      "unavailable",
      "The mail server does not take the mail now (450 4.2.1).",
    ],
    [{ at: "DATA", code: 452, text: "full" }, "unavailable", "The mail server does not take the mail now (452)."],
  ] as const) {
    t.same((await sendTo(t, { refuse })).outcome, { kind, detail });
  }
});

t.test("a server that is not there, says nothing, never ends or hangs up: later", async (t) => {
  t.match((await sendTo(t, { drops: true })).outcome, { kind: "unavailable", detail: /broke off|did not answer/ });
  for (const [what, port] of [
    ["nobody", 1],
    ["silence", await openDeafServer(t)],
    ["a greeting that never ends", await openDeafServer(t, "220-welcome\r\n")],
  ] as const) {
    const { mailer, logged } = await open(t, { smtpUrl: `smtp://127.0.0.1:${port}` });
    const started = performance.now();
    t.match(await mailer.send(message), { kind: "unavailable" }, what);
    t.ok(performance.now() - started < 3_000);
    t.notMatch(logged(), /ada|s3cret/);
  }
});

t.test("closing ends what is under way", async (t) => {
  const timeouts = { step: 60_000, whole: 60_000 };
  const { mailer } = await open(t, { smtpUrl: `smtp://127.0.0.1:${await openDeafServer(t)}`, timeouts });
  const sending = mailer.send(message);
  await mailer.close();
  t.match(await sending, { kind: "unavailable" });
});

t.test("wrong credentials are the operator's matter: the mail waits", async (t) => {
  const login = { user: "me", password: "right" };
  t.match((await sendTo(t, { login }, "me:hunter2@")).outcome, {
    ...{ kind: "unavailable", detail: "The mail server does not accept our user name and password (SMTP_URL)." },
  });
  t.match((await sendTo(t, { login })).outcome, { kind: "unavailable" }, "none at all");
});

t.test("a certificate that nobody vouches for ends the conversation", async (t) => {
  const { outcome, received } = await sendTo(
    t,
    { encrypts: true, login: { user: "me", password: "hunter2" } },
    "me:hunter2@",
  );
  t.match(outcome, { kind: "unavailable", detail: /encrypted/ });
  t.same(received, []);
});

t.test("without a server it is a file that mail programs open", async (t) => {
  const { mailer, files, logged, folder } = await open(t);
  t.same(await mailer.send(message), { kind: "sent" });
  const [file = "", ...others] = await files();
  t.same(others, []);
  t.match(path.basename(file), /^2026-11-22T09-00-00\.000Z-[\w-]{36}\.eml$/);
  t.equal((await stat(file)).mode & 0o777, 0o600);
  t.equal((await stat(folder)).mode & 0o777, 0o700);
  const content = await readFile(file, "utf8");
  t.notMatch(content, /[^\r]\n/, "its lines end as in mail");
  const parsed = await simpleParser(content);
  t.match(parsed, { subject: message.subject, text: message.text, from: { text: '"Atelier" <atelier@example.org>' } });
  t.match(parsed.to, { text: "ada@example.org" });
  t.equal(logged(), "[]", "in a test nothing is logged");
});

t.test("in development the log shows the text; in production it warns once, without any", async (t) => {
  const development = await open(t, { environment: "development" });
  await development.mailer.send(message);
  t.match(development.logged(), /token=s3cret/);
  t.notMatch(development.logged(), /ada@/);
  const production = await open(t, { environment: "production" });
  await production.mailer.send(message);
  await production.mailer.send(message);
  t.notMatch(production.logged(), /ada|s3cret/);
  t.equal(production.logged().split("set SMTP_URL").length, 2);
  t.equal((await production.files()).length, 2);
});

t.test("nobody adds a header or a recipient", async (t) => {
  const { mailer, files } = await open(t);
  for (const to of [
    "ada@example.org\r\nBcc: eve@example.org",
    "ada@example.org\nX: y",
    "ada@example.org, eve@example.org",
    "Ada <ada@example.org>",
    "ada@example.org eve@example.org",
    "ada@example.org\u0000",
    "ada",
    "",
    `${"a".repeat(250)}@example.org`,
  ]) {
    t.match(await mailer.send({ ...message, to }), { kind: "refused" }, JSON.stringify(to));
  }
  t.same(await files(), []);
  await mailer.send({ ...message, subject: "Hello\r\nBcc: eve@example.org\r\n\r\nbody\u2028x\u202Ey" });
  const [file = ""] = await files();
  const parsed = await simpleParser(await readFile(file));
  t.equal(parsed.subject, "Hello Bcc: eve@example.org body x y");
  t.notOk(parsed.headers.has("bcc"));
  const { received } = await sendTo(t, {}, "", { subject: "Hi\r\nBcc: eve@example.org" });
  t.same(received[0]?.to, ["ada@example.org"]);
});
