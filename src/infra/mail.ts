/**
 * Mail to people. With an SMTP server it is sent; without one it is written to a folder as an `.eml` file, which every mail
 * program opens. Neither addresses nor contents reach the log, except for the text of an unsent mail in development.
 */
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTransport, type Transporter } from "nodemailer";
import { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Logger } from "./log.ts";

/** A mail to one person. */
export interface MailMessage {
  /** One bare address: no name, no list. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where a POST ends such mails (RFC 8058), for mail that nobody asked for one by one. */
  readonly unsubscribeUrl?: string;
}

/** How it ended. `detail` is safe to show and to log: it holds nothing of the mail and no words of the server. */
export type MailOutcome =
  /** The server took it, or it lies in the folder. */
  | { readonly kind: "sent" }
  /** It will never be taken: sending it again is of no use. */
  | { readonly kind: "refused"; readonly detail: string }
  /** It may be taken later. The server may even have it already: a repetition can arrive twice. */
  | { readonly kind: "unavailable"; readonly detail: string };

/** Sends mail. */
export interface Mailer {
  /** Rejects only when the folder cannot be written. */
  send(message: MailMessage): Promise<MailOutcome>;
  /** Ends what is under way, as `unavailable`. */
  close(): Promise<void>;
}

/** Milliseconds that the server has. */
export interface MailTimeouts {
  /** For each of: connecting, its greeting, any silence. */
  readonly step: number;
  /** For everything together. */
  readonly whole: number;
}

/** What a mailer needs. */
export interface MailerOptions {
  /** `smtp://` (STARTTLS) or `smtps://`; with a user and password where the server wants them. Null: write files. */
  readonly smtpUrl: string | null;
  /** `name <address>` or an address. */
  readonly from: string;
  /** Where files are written. */
  readonly folder: string;
  readonly environment: "development" | "production" | "test";
  readonly clock: Clock;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly timeouts?: MailTimeouts;
}

const patience: MailTimeouts = { step: 10_000, whole: 60_000 };

/** Makes a mailer; connects only to send. */
export function createMailer(options: MailerOptions): Mailer {
  const closing = new AbortController();
  const deliver = options.smtpUrl === null ? writeFiles(options) : sendOver(options.smtpUrl, options, closing.signal);
  return {
    send: async (message) =>
      isAddress(message.to)
        ? deliver(compose(message, options))
        : { kind: "refused", detail: "The recipient is not one e-mail address." },
    close: async () => closing.abort(new Error("The mailer is closed.")),
  };
}

/** One mailbox and nothing that a header or an SMTP command would read as more. */
const isAddress = (text: string): boolean =>
  text.length <= 254 && /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:"]+$/u.test(text);

type Composed = ReturnType<typeof compose>;

function compose({ to, subject, text, html, unsubscribeUrl }: MailMessage, { from, clock }: MailerOptions) {
  return {
    from,
    to: { name: "", address: to },
    subject: subject.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim(),
    ...{ text, html },
    date: clock.now(),
    // So that no out-of-office note answers (RFC 3834).
    headers: {
      "auto-submitted": "auto-generated",
      ...(unsubscribeUrl !== undefined && {
        "list-unsubscribe": `<${unsubscribeUrl}>`,
        "list-unsubscribe-post": "List-Unsubscribe=One-Click",
      }),
    },
    xMailer: false as const,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function writeFiles({ folder, environment, clock, log }: MailerOptions): (mail: Composed) => Promise<MailOutcome> {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  let warned = false;
  return async (mail) => {
    const { message } = await composer.sendMail(mail);
    if (!Buffer.isBuffer(message)) throw new Error("The mail was not composed into a buffer.");
    const time = clock.now().toISOString().replaceAll(":", "-");
    const file = path.join(folder, `${time}-${randomUUID()}.eml`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, message, { mode: 0o600, flag: "wx" });
    if (environment === "development") log.info(`A mail was written to ${file}:\n\n${mail.text}`);
    if (environment === "production" && !warned) {
      warned = true;
      log.warn(`Mail is not sent but written to ${folder}: set SMTP_URL and MAIL_FROM.`);
    }
    return { kind: "sent" };
  };
}

function sendOver(
  smtpUrl: string,
  { log, timeouts = patience }: MailerOptions,
  closing: AbortSignal,
): (mail: Composed) => Promise<MailOutcome> {
  const transport = openTransport(smtpUrl, timeouts);
  return async (mail) => {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(timeouts.whole)]);
    try {
      await transport.sendMail({ ...mail, signal });
      return { kind: "sent" };
    } catch (error) {
      const outcome = interpret(error);
      log.warn({ outcome }, "a mail was not sent");
      return outcome;
    }
  };
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

function openTransport(smtpUrl: string, { step }: MailTimeouts): Transporter {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const secure = protocol === "smtps:";
  const auth =
    username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } };
  return createTransport({
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    // A password goes over no line that others can read, however the server (or who stands between) answers EHLO.
    requireTLS: username !== "" && !loopback.has(hostname),
    ...auth,
    ...{ connectionTimeout: step, greetingTimeout: step, socketTimeout: step, dnsTimeout: step },
  });
}

const smtpError = z.object({
  code: z.string().optional(),
  command: z.string().optional(),
  responseCode: z.number().int().optional(),
  response: z.string().optional(),
  message: z.string().optional(),
});

/** Replies about us, not about the mail (RFC 4954): sign in, mechanism too weak, wrong credentials, encryption needed. */
const aboutSignIn: ReadonlySet<number | undefined> = new Set([530, 534, 535, 538]);

/** What a failure means for the mail. The server's words may repeat the address, so only its numbers are told. */
function interpret(error: unknown): MailOutcome {
  const { code = "", command = "", responseCode, response = "", message = "" } = smtpError.safeParse(error).data ?? {};
  if (code === "EAUTH" || command.startsWith("AUTH") || aboutSignIn.has(responseCode)) {
    return { kind: "unavailable", detail: "The mail server does not accept our user name and password (SMTP_URL)." };
  }
  // Without a reply the words are those of the TLS library, which has no code left of its own.
  if (code === "ETLS" || (responseCode === undefined && /certificate/i.test(message))) {
    return { kind: "unavailable", detail: "There is no trustworthy encrypted connection to the mail server." };
  }
  if (responseCode === undefined) {
    const detail = causes[code] ?? "The conversation with the mail server broke off.";
    return { kind: "unavailable", detail };
  }
  // RFC 3463: class.subject.detail.
  const [numbers = String(responseCode)] = /^\d{3}[ -](?:[245]\.\d{1,3}\.\d{1,3})?/.exec(response) ?? [];
  const reply = numbers.replace("-", " ").trim();
  // Before the mail itself is on its way, a 5xx is about the connection, not about this mail.
  const aboutTheMail = ["MAIL FROM", "RCPT TO", "DATA"].some((step) => command.startsWith(step)) || code === "EMESSAGE";
  return responseCode >= 500 && aboutTheMail
    ? { kind: "refused", detail: `The mail server refuses this mail for good (${reply}).` }
    : { kind: "unavailable", detail: `The mail server does not take the mail now (${reply}).` };
}

const causes: Readonly<Record<string, string>> = {
  ETIMEDOUT: "The mail server did not answer in time.",
  EABORT: "The mail server took too long.",
  EDNS: "The mail server's name leads nowhere.",
};
