/** The mails that were written to the folder, because tests have no mail server. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Services } from "../../src/services.ts";

export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The secret behind `#token=`, where the mail has a link with one. */
  readonly token: string | null;
}

/** All mails so far, oldest first. Run the jobs before: `atelier.drain()`. */
export async function readMails({ config }: Pick<Services, "config">): Promise<ReceivedMail[]> {
  const folder = path.join(config.DATA_DIR, "mail");
  const names = await readdir(folder).catch(() => []);
  // By when they were written: the test's clock, which names them, may stand still.
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { raw: await readFile(file, "utf8"), at: (await stat(file, { bigint: true })).mtimeNs };
    }),
  );
  return files.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ raw }) => parse(raw));
}

/** The secret in the latest mail to somebody. Fails when there is none. */
export async function latestToken(services: Pick<Services, "config">, to: string, subject: RegExp): Promise<string> {
  const mail = (await readMails(services)).findLast((found) => found.to === to && subject.test(found.subject));
  if (mail === undefined || mail.token === null) throw new Error(`No link was mailed to ${to}.`);
  return mail.token;
}

function parse(raw: string): ReceivedMail {
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(raw)?.[1]?.trim() ?? "";
  const text = raw
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { to: header("to"), subject: header("subject"), text, token: /#token=([\w-]{43})/.exec(text)?.[1] ?? null };
}
