import type { z } from "zod";
import type { ImageProvider } from "./provider.ts";
import { sketch } from "./sketch/provider.ts";

/** One line of the registry: how a provider comes to be. */
export interface ImageProviderDefinition {
  /** Its variables in the environment, by name, each with a description for `.env.example`. */
  readonly variables: Readonly<Record<string, z.ZodType>>;
  /** Builds the provider from the parsed environment; null where it is not configured. */
  open(values: Readonly<Record<string, unknown>>): ImageProvider | null;
}

/** Every image API Atelier knows; the first configured one is the default. */
export const imageProviders: readonly ImageProviderDefinition[] = [{ variables: {}, open: () => sketch }];
