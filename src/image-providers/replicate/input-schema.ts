/**
 * What a model takes, as its own OpenAPI schema says. Every model on Replicate names and bounds its inputs as it likes, and
 * refuses the ones it does not know, so the schema decides what is sent.
 */
import { z } from "zod";

/** One input. */
export interface InputProperty {
  readonly kind: "text" | "number" | "flag" | "list" | "unknown";
  /** What it may be, where it is one of few. */
  readonly values: readonly (string | number)[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly multipleOf: number | null;
}

/** A model's inputs by name, and which it insists on. */
export interface InputSchema {
  readonly properties: ReadonlyMap<string, InputProperty>;
  readonly required: ReadonlySet<string>;
}

const bound = z.number().nullable().catch(null).default(null);
const reference = z.object({ $ref: z.string() });
const property = z.object({
  type: z.string().catch(""),
  ...{ minimum: bound, maximum: bound, multipleOf: bound },
  enum: z
    .array(z.union([z.string(), z.number()]))
    .nullable()
    .catch(null)
    .default(null),
  /** An enum stands apart, and is referred to. */
  allOf: z.array(reference).catch([]).default([]),
});
const document = z.object({
  components: z.object({
    schemas: z.looseObject({
      Input: z.object({
        properties: z.record(z.string(), z.unknown()),
        required: z.array(z.string()).catch([]).default([]),
      }),
    }),
  }),
});

/** Reads `latest_version.openapi_schema`; null when it is none. */
export function readInputSchema(openapi: unknown): InputSchema | null {
  const schemas = document.safeParse(openapi).data?.components.schemas;
  if (schemas === undefined) return null;
  const { properties, required } = schemas.Input;
  const described = Object.entries(properties).map(([name, raw]) => [name, describe(raw, schemas)] as const);
  return { properties: new Map(described), required: new Set(required) };
}

function describe(raw: unknown, schemas: Readonly<Record<string, unknown>>): InputProperty {
  const own = property.safeParse(raw).data;
  if (own === undefined) return { kind: "unknown", values: null, minimum: null, maximum: null, multipleOf: null };
  const target = own.allOf[0]?.$ref.split("/").at(-1);
  const referred = target === undefined ? undefined : property.safeParse(schemas[target]).data;
  const { minimum, maximum, multipleOf } = own;
  return { kind: kindOf(referred?.type ?? own.type), values: referred?.enum ?? own.enum, minimum, maximum, multipleOf };
}

function kindOf(type: string): InputProperty["kind"] {
  if (type === "string") return "text";
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "flag";
  return type === "array" ? "list" : "unknown";
}

/** The first of `names` that the model knows. */
export function firstKnown<Name extends string>({ properties }: InputSchema, names: readonly Name[]): Name | null {
  return names.find((name) => properties.has(name)) ?? null;
}

/** Names under which models take a picture to start from; the plural ones take a list. */
export const pictureInputs = [
  ...(["image", "input_image", "init_image", "image_prompt", "input_images", "image_input"] as const),
];

/** Names under which models take how far to go from it. The last is the other way round: how much of it to keep. */
export const strengthInputs = ["prompt_strength", "strength", "image_prompt_strength"] as const;
