/**
 * Which passwords people may choose: 10 to 128 characters of any kind, but none that is tried first by whoever guesses. No
 * rules about capitals and digits: they make passwords worse (NIST SP 800-63B, 3.1.1.2).
 */
import { dictionary } from "@zxcvbn-ts/language-common";
import { z } from "zod";
import { ValidationError } from "../infra/errors.ts";

/** Characters as people count them, which a length of JavaScript is not. */
const codePoints = (text: string) => [...text].length;

const shortest = 10;
const longest = 128;

/** The passwords that leaked most often, lower-case. */
const listed: ReadonlySet<string> = new Set(dictionary["passwords-common"]);
/** So many characters around a listed word, such as a year and a sign, do not make it a secret. */
const padding = 6;
/** Words shorter than this are part of anything. */
const shortestWord = 4;

/** A password that somebody chooses, with all of its faults. */
export const newPassword = z.string().superRefine((password, context) => {
  const fault = lengthFault(password) ?? guessFault(password);
  if (fault !== null)
    context.addIssue({ code: "custom", message: fault.message, input: password, params: { code: fault.code } });
});

function lengthFault(password: string) {
  const length = codePoints(password);
  if (length >= shortest && length <= longest) return null;
  return {
    code: length < shortest ? "TOO_SHORT" : "TOO_LONG",
    message: `The password has ${length} characters. Choose ${shortest} to ${longest}, of any kind.`,
  };
}

function guessFault(password: string) {
  const bare = password.normalize("NFKC").toLowerCase();
  const word = bare.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  const padded = word.length >= shortestWord && codePoints(bare) - codePoints(word) <= padding;
  if (listed.has(bare) || (padded && listed.has(word)) || isMonotonous(bare)) {
    return {
      code: "TOO_COMMON",
      message:
        "This password is among the first that are guessed. Choose a longer one, such as four words of your own.",
    };
  }
  return null;
}

/** `aaaaaaaaaa`, `abababababab`, `0123456789`, `zyxwvutsrq`: one step again and again. */
function isMonotonous(text: string): boolean {
  const letters = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const steps = new Set(letters.slice(1).map((letter, index) => letter - (letters[index] ?? 0)));
  return new Set(letters).size <= 2 || (steps.size === 1 && Math.abs([...steps][0] ?? 0) <= 1);
}

/** What everybody knows of somebody. */
export interface KnownAbout {
  readonly email: string;
  readonly displayName: string;
}

/** Refuses a password that is the person's own address or name with little around it, by a `ValidationError` at `path`. */
export function refuseOwnWords(password: string, { email, displayName }: KnownAbout, path: readonly string[]): void {
  const bare = plain(password);
  const words = [email, email.split("@")[0] ?? "", displayName].map(plain);
  const own = words.some(
    (word) => word.length >= shortestWord && bare.includes(word) && bare.length - word.length <= padding,
  );
  if (!own) return;
  const message =
    "The password is your own address or name with little around it. Choose something nobody knows of you.";
  throw new ValidationError([{ path, code: "OWN_WORDS", message }]);
}

/** Letters and digits alone. */
const plain = (text: string) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
