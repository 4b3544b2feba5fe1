/**
 * Reads errors of the APIs that speak OpenAI's language, more or less: the original, gateways in front of it, servers that
 * imitate it. Numbers come as texts, absent values as "None", errors as plain texts or inside an answer with status 200.
 */
import { z } from "zod";

/** What an API said went wrong. Texts are empty where it said nothing. */
export interface AnswerError {
  /** The error's own code where that is an HTTP status, else the answer's; 500 for an error inside a successful answer. */
  readonly status: number;
  readonly message: string;
  readonly type: string;
  /** The error's own code, whatever it is. */
  readonly code: string;
  /** Whether it was JSON. What is not comes from a proxy in front, or from no API at all. */
  readonly structured: boolean;
}

const text = z.union([z.string(), z.number().transform(String)]).catch("");
const word = text.transform((value) => (value === "None" ? "" : value));

const errorObject = z.object({ message: text, type: word, code: word });
const faults = z.array(z.object({ msg: z.string() })).transform((list) => list.map(({ msg }) => msg).join("; "));

/** `{error: …}`, FastAPI's `{detail: …}`, or `{message}`. */
const errorBody = z.object({
  error: z
    .union([errorObject, z.string().transform(onlyMessage)])
    .optional()
    .catch(undefined),
  choices: z
    .tuple([z.object({ error: errorObject.optional().catch(undefined) })], z.unknown())
    .optional()
    .catch(undefined),
  detail: z.union([z.string(), faults]).optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/**
 * The error of an answer, or null when it is none.
 *
 * @param body the parsed JSON; undefined when it was none.
 * @param raw the body as text, for answers that are no JSON.
 */
export function readAnswerError(status: number, body: unknown, raw: string): AnswerError | null {
  const parsed = errorBody.safeParse(body).data;
  const inside = [parsed?.error, parsed?.choices?.[0].error].flatMap((error) => error ?? []).find(saysSomething);
  if (inside !== undefined) return { ...unwrapped(inside), status: statusOf(inside.code, status), structured: true };
  if (status < 400) return null;
  const said = parsed?.detail ?? parsed?.message;
  if (said !== undefined) return { ...onlyMessage(said), status, structured: true };
  return { ...onlyMessage(raw.slice(0, 300)), status, structured: body !== undefined };
}

/** Parses JSON; undefined when it is none. */
export function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    // Not JSON: an expected answer, which the caller tells in words.
    return undefined;
  }
}

/** "None" and its like beside a picture are no error. */
function saysSomething({ message, type, code }: z.output<typeof errorObject>): boolean {
  return !["", "None"].includes(message) || type !== "" || code !== "";
}

function onlyMessage(message: string) {
  return { message, type: "", code: "" };
}

function statusOf(code: string, status: number): number {
  const own = Number(code);
  if (Number.isInteger(own) && own >= 400 && own <= 599) return own;
  return status >= 400 ? status : 500;
}

/** Some gateways hand on the upstream's whole answer as the message. One layer is taken off. */
function unwrapped(error: z.output<typeof errorObject>): z.output<typeof errorObject> {
  if (!error.message.trimStart().startsWith("{")) return error;
  const inner = errorBody.safeParse(readJson(Buffer.from(error.message))).data;
  const message = inner?.error?.message ?? inner?.detail ?? inner?.message;
  return message === undefined || message === "" ? error : { ...error, message };
}
