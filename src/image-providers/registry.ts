import { blackbox } from "./blackbox/provider.ts";
import type { ImageProviderDefinition } from "./provider.ts";
import { sketch } from "./sketch/provider.ts";

/**
 * Every image API Atelier knows, one line each; the first configured one is the default. Sketch, which needs nothing, stands
 * last and is always there.
 */
export const imageProviders: readonly ImageProviderDefinition[] = [
  blackbox,
  { name: sketch.name, variables: {}, open: () => sketch },
];
