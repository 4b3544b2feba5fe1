/** What a picture cost, from the tokens that the API counted. It names no money, so this is list price times tokens. */
import { z } from "zod";
import type { GenerationCost } from "../provider.ts";

/** The API's own count. Some servers give only the sums. */
export const tokenUsage = z.object({
  input_tokens: z.number().nonnegative(),
  output_tokens: z.number().nonnegative(),
  input_tokens_details: z
    .object({ text_tokens: z.number().nonnegative(), image_tokens: z.number().nonnegative() })
    .optional()
    .catch(undefined),
});

/** USD for a million tokens, from the public price list. */
interface TokenPrices {
  readonly text: number;
  readonly image: number;
  readonly output: number;
}

const tokenPrices: Readonly<Record<string, TokenPrices>> = {
  "gpt-image-1": { text: 5, image: 10, output: 40 },
  "gpt-image-1-mini": { text: 2, image: 2.5, output: 8 },
  "gpt-image-1.5": { text: 5, image: 8, output: 32 },
};

/** UNKNOWN where the API counted nothing or the model's token prices are not known here. */
export function tokenCost(model: string, usage: z.output<typeof tokenUsage> | undefined): GenerationCost {
  const prices = tokenPrices[model.slice(model.lastIndexOf("/") + 1).replace(/-\d{4}-\d{2}-\d{2}$/, "")];
  if (usage === undefined || prices === undefined) return { kind: "UNKNOWN" };
  const { text_tokens: text, image_tokens: image } = usage.input_tokens_details ?? {
    text_tokens: usage.input_tokens,
    image_tokens: 0,
  };
  const amount = (text * prices.text + image * prices.image + usage.output_tokens * prices.output) / 1_000_000;
  return { kind: "REPORTED", amount, currency: "USD" };
}
