/** The variables of OpenAI and of servers that speak its language. */
import { z } from "zod";
import { flag, wholeNumber, wordList } from "../../infra/setting-kinds.ts";
import type { ProviderSetup } from "../provider.ts";
import { apiBaseUrl, apiKey, modelIds } from "../settings.ts";
import { type ExtraField, extraFieldNames } from "./models.ts";

/** OpenAI's own address. */
export const officialUrl = "https://api.openai.com/v1";

const headerWord = z.string().regex(/^[\x21-\x7e]{1,200}$/, "must be one word of printable ASCII characters");

const isExtraField = (name: string): name is ExtraField => extraFieldNames.some((known) => known === name);
const extraFields = wordList.transform((names, context): readonly ExtraField[] => {
  if (!names.every(isExtraField))
    context.addIssue(`must be names among ${extraFieldNames.join(", ")}, separated by commas`);
  return names.filter(isExtraField);
});

/** With their texts for `.env.example`. */
export const variables = {
  OPENAI_API_KEY: apiKey.optional().describe("Key of OpenAI, or of a compatible server where it wants one."),
  OPENAI_URL: apiBaseUrl
    .default(officialUrl)
    .describe("Where the Images API is, with its version: OpenAI's, or a compatible server's, which may need no key."),
  OPENAI_LABEL: z.string().min(1).max(60).default("OpenAI").describe("What people call the server behind OPENAI_URL."),
  OPENAI_ORGANIZATION: headerWord.optional().describe("Organisation that OpenAI shall charge."),
  OPENAI_PROJECT: headerWord.optional().describe("Project that OpenAI shall charge."),
  OPENAI_AZURE_API_VERSION: headerWord
    .optional()
    .describe("Version of Azure's API. With it, OPENAI_URL is a deployment's and the key goes into Azure's header."),
  OPENAI_MODELS: modelIds
    .prefault("gpt-image-2,gpt-image-1.5,gpt-image-1,gpt-image-1-mini")
    .describe("Models of OpenAI, the default first; other picture models that the key may use are offered after them."),
  OPENAI_PARTIAL_IMAGES: wholeNumber(0, 3)
    .default(2)
    .describe("Unfinished pictures that GPT Image models send on the way, 0 to 3. Each costs some tokens."),
  OPENAI_CONCURRENCY: wholeNumber(1, 100).default(4).describe("Requests to OpenAI at once."),
  OPENAI_TIMEOUT_SECONDS: wholeNumber(5, 900).default(300).describe("Longest wait for one picture of OpenAI."),
  OPENAI_SIZE_STYLE: z
    .enum(["size", "width_height"], "must be size or width_height")
    .default("size")
    .describe("For compatible servers: how sizes are asked for. size (1024x1024) | width_height (two fields)"),
  OPENAI_RESPONSE_FORMAT: z
    .enum(["b64_json", "url", "none"], "must be b64_json, url or none")
    .default("b64_json")
    .describe("What models other than GPT Image are asked to answer. b64_json | url | none (the field is left out)"),
  OPENAI_EXTRA_FIELDS: extraFields
    .prefault("")
    .describe("For compatible servers: what their models heed beyond OpenAI's fields. seed, negative_prompt"),
  OPENAI_INPUT_IMAGES: flag
    .default(false)
    .describe("For compatible servers: whether models other than OpenAI's can start from a picture."),
  OPENAI_MAX_PROMPT_LENGTH: wholeNumber(1, 32_000)
    .default(4_000)
    .describe("For compatible servers: characters of a prompt that models other than OpenAI's take."),
} as const;

/** The parsed values. */
export type OpenAiValues = ProviderSetup<typeof variables>["values"];
