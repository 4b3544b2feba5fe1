/**
 * Finds the picture in an answer of Blackbox AI. It is a chat answer whose text is an address, and it comes in many coats:
 * several addresses glued together, Markdown, data URLs, parts, OpenRouter's and OpenAI's fields. Absent values are null,
 * missing, or the text "None".
 */
import { z } from "zod";
import { decodeBase64 } from "../download-picture.ts";

/** Where a picture is: at an address (https or data), or right here. */
export type PictureReference =
  | { readonly kind: "URL"; readonly url: string }
  | { readonly kind: "BYTES"; readonly bytes: Buffer };

/** What an answer says. */
export interface ChatAnswer {
  /** In the order in which they are to be tried. */
  readonly pictures: readonly PictureReference[];
  /** The text, where there is one; of interest when there is no picture. */
  readonly text: string;
  readonly finishReason: string;
  /** The model as the API names it. */
  readonly model: string | null;
  /** In USD, where the API says so. */
  readonly cost: number | null;
}

const optional = <T>(schema: z.ZodType<T>) => schema.optional().catch(undefined);
const linked = z.object({ image_url: z.object({ url: z.string() }) });
const part = z.object({
  text: optional(z.string()),
  image_url: optional(z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)])),
});
const message = z.object({
  content: optional(z.union([z.string(), z.array(part)])),
  images: optional(z.array(linked)),
});
const answerShape = z.object({
  model: optional(z.string()),
  choices: optional(
    z.tuple([z.object({ finish_reason: optional(z.string()), message: optional(message) })], z.unknown()),
  ),
  data: optional(z.array(z.object({ url: optional(z.string()), b64_json: optional(z.string()) }))),
  usage: optional(z.object({ cost: z.number().nonnegative() })),
});

/** Reads an answer; null when it is not even an object. Never throws, whatever it is given. */
export function readChatAnswer(body: unknown): ChatAnswer | null {
  const answer = answerShape.safeParse(body).data;
  if (answer === undefined) return null;
  const choice = answer.choices?.[0];
  const content = choice?.message?.content ?? "";
  const parts = typeof content === "string" ? [{ text: content, image_url: undefined }] : content;
  const text = parts
    .map((each) => each.text ?? "")
    .join("\n")
    .trim();
  const linkedUrls = [
    ...parts.flatMap((each) => each.image_url ?? []),
    ...picturesInText(text === "None" ? "" : text),
    ...(choice?.message?.images ?? []).map((image) => image.image_url.url),
    ...(answer.data ?? []).flatMap(({ url }) => url ?? []),
  ];
  const embedded = [text, ...(answer.data ?? []).flatMap(({ b64_json }) => b64_json ?? [])];
  return {
    pictures: [
      ...[...new Set(linkedUrls)].map((url) => ({ kind: "URL" as const, url })),
      ...embedded.flatMap((each) => pictureBytes(each) ?? []).map((bytes) => ({ kind: "BYTES" as const, bytes })),
    ],
    text: text === "None" ? "" : text,
    finishReason: choice?.finish_reason ?? "",
    model: answer.model ?? null,
    cost: answer.usage?.cost ?? null,
  };
}

/** Every address in a text: Markdown pictures before plain links, data URLs included. */
export function picturesInText(text: string): string[] {
  if (/^data:image\/[\w.+-]+;base64,\S+$/i.test(text)) return [text];
  const markdown = [...text.matchAll(/!\[[^\]]*\]\(\s*<?((?:https?:|data:image\/)[^\s)>]+)/gi)].map(
    ([, url = ""]) => url,
  );
  if (markdown.length > 0) return markdown;
  // Lists of addresses arrive glued together without anything between: each scheme begins a new one.
  return text
    .split(/(?=https?:\/\/)/i)
    .filter((piece) => /^https?:\/\/./i.test(piece))
    .map((piece) => (/^[^\s"'<>`|\\^{}]+/.exec(piece)?.[0] ?? "").replace(/[)\].,;:!?*_]+$/, ""))
    .filter((url) => URL.canParse(url));
}

/** The first bytes of PNG, JPEG, WebP and GIF in base64. */
const knownBeginnings = /^(iVBORw0KGgo|\/9j\/|UklGR|R0lGOD)/;

function pictureBytes(text: string): Buffer | null {
  return knownBeginnings.test(text) ? decodeBase64(text) : null;
}
