/** The mails that were sent: without an SMTP server they lie in a folder, one file each. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Atelier } from "./atelier.ts";

/** A mail as its reader sees it. */
export interface ReadMail {
  readonly to: string;
  readonly subject: string;
  /** The plain text. */
  readonly text: string;
}

/** Every mail so far, the oldest first. */
export async function readMails({ services: { config } }: Atelier): Promise<ReadMail[]> {
  const folder = path.join(config.DATA_DIR, "mail");
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const place = path.join(folder, name);
      // The test's clock, whose time is in the name, may stand still.
      return { at: (await stat(place, { bigint: true })).mtimeNs, text: await readFile(place, "utf8") };
    }),
  );
  return files
    .toSorted((a, b) => Number(a.at - b.at))
    .map(({ text: file }) => {
      const header = (name: string) => new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(file)?.[1] ?? "";
      const [, part = ""] = file.split(/^content-type: text\/plain.*$/im);
      const [, body = ""] = /\r\n\r\n([\s\S]*?)\r\n--/.exec(part) ?? [];
      const encoding = /content-transfer-encoding: (\S+)/i.exec(part)?.[1]?.toLowerCase();
      return { to: header("to"), subject: decodeWords(header("subject")), text: decodeBody(body, encoding) };
    });
}

function decodeBody(body: string, encoding: string | undefined): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  return encoding === "quoted-printable" ? fromQuotedPrintable(body.replace(/=\r\n/g, "")) : body;
}

const fromQuotedPrintable = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString();

/** Encoded words of a header (RFC 2047). */
const decodeWords = (text: string) =>
  text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_match, form: string, word: string) =>
      form.toUpperCase() === "B"
        ? Buffer.from(word, "base64").toString()
        : fromQuotedPrintable(word.replaceAll("_", " ")),
    );
