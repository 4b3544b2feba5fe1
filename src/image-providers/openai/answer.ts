/** Reads answers of the Images API: JSON, or a stream of events with unfinished pictures before the finished one. */
import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { z } from "zod";
import { readJson } from "../answer-error.ts";
import { decodeBase64 } from "../download-picture.ts";
import { maxPictureBytes } from "../provider.ts";
import { tokenUsage } from "./token-cost.ts";

/** The picture of an answer, and what the API counted for it. */
export interface ImagesAnswer {
  /** Null where the answer has no picture in it. */
  readonly picture:
    | { readonly kind: "BYTES"; readonly bytes: Buffer }
    | { readonly kind: "URL"; readonly url: string }
    | null;
  readonly usage: z.output<typeof tokenUsage> | undefined;
}

const optionalText = z.string().min(1).optional().catch(undefined);
const imagesBody = z.object({
  data: z
    .tuple([z.object({ b64_json: optionalText, url: optionalText })], z.unknown())
    .optional()
    .catch(undefined),
  usage: tokenUsage.optional().catch(undefined),
});

/** Reads a JSON answer; null when it is not the documented one. Never throws, whatever it is given. */
export function readImagesAnswer(body: unknown): ImagesAnswer | null {
  const parsed = imagesBody.safeParse(body).data;
  if (parsed === undefined) return null;
  const { data, usage } = parsed;
  const { b64_json: encoded, url } = data?.[0] ?? {};
  const bytes = encoded === undefined ? null : decodeBase64(encoded);
  if (bytes !== null) return { picture: { kind: "BYTES", bytes }, usage };
  return { picture: url === undefined ? null : { kind: "URL", url }, usage };
}

/** What a stream has said. */
export type StreamEvent =
  | { readonly kind: "PARTIAL"; readonly bytes: Buffer; readonly index: number }
  | ({ readonly kind: "COMPLETED" } & ImagesAnswer)
  /** An error as the API writes it, to be read like one of an answer. */
  | { readonly kind: "ERROR"; readonly body: unknown };

const eventData = z.object({
  type: z.string(),
  b64_json: optionalText,
  partial_image_index: z.number().int().nonnegative().catch(0),
  usage: tokenUsage.optional().catch(undefined),
});

/** Longest event that is kept, in characters: a picture of the largest size in base64, and a little JSON around it. */
const maxEventLength = (maxPictureBytes * 4) / 3 + 1024 * 1024;

/**
 * Takes the parts of a stream as they arrive and tells what they say. Only the event that is arriving is kept; behind one that
 * is too long, nothing is heard any more.
 */
export function createStreamReader(onEvent: (event: StreamEvent) => void): (chunk: Buffer) => void {
  // Characters may be cut in two by the parts.
  const decoder = new StringDecoder("utf8");
  let deaf = false;
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onError: ({ type }) => {
      deaf ||= type === "max-buffer-size-exceeded";
    },
    onEvent: ({ data }) => {
      const event = readEvent(data);
      if (event !== null) onEvent(event);
    },
  });
  return (chunk) => {
    if (!deaf) parser.feed(decoder.write(chunk));
  };
}

function readEvent(data: string): StreamEvent | null {
  const body = readJson(Buffer.from(data));
  const event = eventData.safeParse(body).data;
  if (event === undefined) return null;
  const { type, b64_json: encoded, partial_image_index: index, usage } = event;
  if (type === "error") return { kind: "ERROR", body };
  const bytes = encoded === undefined ? null : decodeBase64(encoded);
  if (type.endsWith(".partial_image")) return bytes && { kind: "PARTIAL", bytes, index };
  if (!type.endsWith(".completed")) return null;
  return { kind: "COMPLETED", picture: bytes && { kind: "BYTES", bytes }, usage };
}
