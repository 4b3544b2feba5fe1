/** From what the machine answers to a picture, or to a failure in words. */
import { z } from "zod";
import { sharp } from "../../infra/sharp.ts";
import { decodeBase64 } from "../download-picture.ts";
import { type ReportFailure, retryAfterOf } from "../failures.ts";
import { classOfAnswer, type JsonAnswer, readAs } from "../json-call.ts";
import type { GenerationFailure, GenerationOutcome } from "../provider.ts";

/**
 * Cap on an answer, in bytes: a raw picture of the most pixels allowed has 16 MiB. It is held as bytes, as text and decoded,
 * all at once.
 */
export const maxAnswerBytes = 24 * 1024 * 1024;

const answerShape = z.object({ images: z.array(z.string()), info: z.string().catch("") });
const infoShape = z.object({
  seed: z.number().nullable().catch(null),
  sd_model_name: z.string().min(1).nullable().catch(null),
  index_of_first_image: z.number().int().min(0).catch(0),
});

/** Reads an answer of status 200. A picture of nothing but black is what a card makes that ran out of precision. */
export async function readAnswer(
  answer: JsonAnswer,
  { report, model }: { readonly report: ReportFailure; readonly model: string },
): Promise<GenerationOutcome> {
  const found = readAs(answerShape, answer);
  if (answer.json === undefined) return report("provider_error", { detail: `not JSON: ${answer.text}` });
  if (found === null) return report("bad_output", { detail: answer.text });
  const info = readInfo(found.info);
  // A grid of all pictures may stand in front of them.
  const text = found.images[info.index_of_first_image] ?? found.images[0];
  if (text === undefined) return report("bad_output", { detail: "the list of pictures is empty" });
  const bytes = decodeBase64(text.replace(/^data:[^,]*,/, ""));
  if (bytes === null) return report("bad_output", { detail: "the picture is not base64" });
  if (await isBlack(bytes)) {
    const message = "AUTOMATIC1111 made a picture that is all black.";
    return report("bad_output", { message, detail: "every pixel is 0: try --no-half-vae, or another size or VAE" });
  }
  return { ok: true, bytes, model: info.sd_model_name ?? model, seed: info.seed, cost: { kind: "NONE" } };
}

/** `info` is JSON inside a text; without it nothing is known about the picture. */
function readInfo(text: string): z.output<typeof infoShape> {
  try {
    return infoShape.parse(JSON.parse(text));
  } catch {
    return infoShape.parse({});
  }
}

/** What cannot be decoded is not black; the ingest says what it is. */
async function isBlack(bytes: Buffer): Promise<boolean> {
  try {
    const picture = sharp(bytes, { limitInputPixels: 40_000_000 }).timeout({ seconds: 10 });
    const { channels } = await picture.removeAlpha().stats();
    return channels.every(({ max }) => max === 0);
  } catch {
    return false;
  }
}

/** The error handler's body, FastAPI's own (`detail` alone), and pydantic's (a list of faults). */
const failureShape = z.object({
  error: z.string().catch(""),
  detail: z.union([z.string(), z.array(z.object({ loc: z.array(z.unknown()), msg: z.string() }))]).catch(""),
  errors: z.string().catch(""),
});

/** Reads an answer of any other status. */
export function readFailure(
  answer: JsonAnswer,
  { report, now }: { readonly report: ReportFailure; readonly now: Date },
): GenerationFailure {
  const { status, headers, text } = answer;
  const { error, detail, errors } = readAs(failureShape, answer) ?? { error: "", detail: "", errors: "" };
  const says =
    typeof detail === "string"
      ? detail
      : detail.map(({ loc, msg }) => `${loc.map(String).join(".")}: ${msg}`).join("; ");
  const whole = `${error} ${says} ${errors}`;
  const log = { detail: `status ${status}: ${text}` };
  if (status === 404 && says === "Not Found") {
    const message = "The server answers, but not as an AUTOMATIC1111 with its API on: it has to run with --api.";
    return report("provider_unavailable", { ...log, message });
  }
  if (/out of ?memory/i.test(whole)) {
    // The same size fails again here, but not on a larger card.
    const message = "The picture does not fit into the memory of AUTOMATIC1111's card: ask for a smaller one.";
    return report("provider_error", { ...log, message, retryable: false });
  }
  if (/model not found|checkpoint/i.test(whole)) return report("model_not_found", log);
  if (status === 404) return report("invalid_request", { ...log, says });
  if (/invalid encoded image/i.test(whole)) {
    return report("invalid_request", { ...log, message: "AUTOMATIC1111 cannot read the picture to start from." });
  }
  const failure = classOfAnswer(answer);
  const retryAfter = retryAfterOf(headers, now);
  return report(failure, { ...log, retryAfter, ...(failure === "invalid_request" && { says }) });
}
