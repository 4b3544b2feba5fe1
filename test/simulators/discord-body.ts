/** What Discord checks about a message before it takes it. */
import { z } from "zod";
import { type Asked, jsonOf } from "./simulated-platform.ts";

const maxFile = 10 * 1024 * 1024;
const codePoints = (text: string) => [...text].length;

const message = z.strictObject({
  content: z
    .string()
    .refine((text) => codePoints(text) <= 2_000, "Must be 2000 or fewer in length.")
    .optional(),
  attachments: z
    .array(
      z.strictObject({
        ...{ id: z.number().int().nonnegative(), filename: z.string().regex(/^[\w.-]{1,260}$/) },
        description: z
          .string()
          .refine((text) => codePoints(text) <= 1_024, "Must be 1024 or fewer in length.")
          .optional(),
      }),
    )
    .max(10),
  allowed_mentions: z.strictObject({ parse: z.array(z.string()).max(0) }),
  flags: z.number().int().optional(),
  nonce: z.string().max(25).optional(),
  enforce_nonce: z.boolean().optional(),
});

/** A message as it was sent. */
export type SentMessage = z.output<typeof message>;

/** A refusal as Discord says it: which, and in which words. */
export interface BodyTrouble {
  readonly status: number;
  readonly code: number;
  readonly words: string;
  readonly offence: boolean;
}

const trouble = (words: string, offence: boolean, status = 400, code = 50_035): BodyTrouble => ({
  ...{ status, code, words, offence },
});

/** Reads the body of a message, or says what is wrong with it. */
export async function readMessage({ headers, body }: Asked): Promise<SentMessage | BodyTrouble> {
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return trouble(`content type ${type}`, true);
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const parsed = message.safeParse(jsonOf({ body: Buffer.from(String(form.get("payload_json"))) }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return trouble(issue?.message ?? "", !/fewer in length/.test(issue?.message ?? ""));
  }
  const files = [...form.entries()].filter(([name]) => name !== "payload_json");
  const { attachments, content = "" } = parsed.data;
  const right =
    files.length === attachments.length &&
    files.every(([name, file], n) => {
      const attachment = attachments[n];
      return name === `files[${attachment?.id}]` && file instanceof File && file.name === attachment?.filename;
    });
  if (!right) return trouble(`files ${files.map(([name]) => name).join()} without their attachments`, true);
  if (files.some(([, file]) => file instanceof File && file.size > maxFile)) {
    return trouble("Request entity too large", false, 413, 40_005);
  }
  if (content.trim() === "" && files.length === 0) return trouble("Cannot send an empty message", false, 400, 50_006);
  return parsed.data;
}
