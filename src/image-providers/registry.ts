import { automatic1111 } from "./automatic1111/provider.ts";
import { blackbox } from "./blackbox/provider.ts";
import { fal } from "./fal/provider.ts";
import { openai } from "./openai/provider.ts";
import type { ImageProviderDefinition } from "./provider.ts";
import { replicate } from "./replicate/provider.ts";
import { sketch } from "./sketch/provider.ts";

/**
 * Every image API Atelier knows, one line each; the first configured one is the default. Sketch, which needs nothing, stands
 * last and is always there.
 */
export const imageProviders: readonly ImageProviderDefinition[] = [
  blackbox,
  openai,
  replicate,
  fal,
  automatic1111,
  { name: sketch.name, variables: {}, open: () => sketch },
];
