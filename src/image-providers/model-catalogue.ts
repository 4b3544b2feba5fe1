/** The models of an API that lists them: asked for seldom, never waited for long, and never a reason to fail. */
import type { Clock } from "../infra/clock.ts";
import type { ImageModels, ModelCatalogue } from "./capabilities.ts";
import type { ProviderContext } from "./provider.ts";

/** How a catalogue is kept. Times in milliseconds. */
export interface CatalogueOptions {
  readonly declared: ImageModels;
  readonly clock: Clock;
  /** Asks the API. Null: no list came, for whatever reason. Its signal aborts when the time is up. */
  readonly discover: (context: ProviderContext) => Promise<ImageModels | null>;
  /** How long a list counts. Default one hour. */
  readonly keepFor?: number;
  /** How long nobody asks again after a failure. Default one minute. */
  readonly restFor?: number;
  /** Longest wait for a list. Default 10 seconds. */
  readonly timeout?: number;
}

/**
 * Answers the `listModels` of a provider. Callers at the same time share one question; a list that is too old is still the
 * better answer while a new one cannot be had.
 */
export function createModelCatalogue(options: CatalogueOptions): (context: ProviderContext) => Promise<ModelCatalogue> {
  const { clock, discover, keepFor = 3_600_000, restFor = 60_000, timeout = 10_000 } = options;
  let known: ModelCatalogue = { models: options.declared, listedAt: null };
  let askAgainAt = 0;
  let asking: Promise<void> | null = null;

  const ask = async ({ http }: ProviderContext) => {
    // The question is everybody's: one caller who leaves must not take the answer from the others.
    const models = await discover({ http, signal: AbortSignal.timeout(timeout) });
    const now = clock.now();
    if (models !== null) known = { models, listedAt: now };
    askAgainAt = now.getTime() + (models === null ? restFor : keepFor);
  };

  return async (context) => {
    if (clock.now().getTime() >= askAgainAt) {
      asking ??= ask(context).finally(() => {
        asking = null;
      });
      await asking;
    }
    return known;
  };
}
