/** The models of an API that lists them: asked for seldom, never waited for long, and never a reason to fail. */
import { boundedCall } from "../infra/bounded-call.ts";
import type { Clock } from "../infra/clock.ts";
import type { ImageModel, ImageModels, ModelCatalogue } from "./capabilities.ts";
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

/** A question that does not heed its signal is left behind after this, in milliseconds. */
const patience = 500;

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
    const limits = { deadline: timeout, patience };
    const answer = await boundedCall(limits, async (signal) => ({ models: await discover({ http, signal }) }));
    const models = answer?.models ?? null;
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

/** Model ids, at least one. */
export type ModelIds = readonly [string, ...string[]];

/** The configured models while nobody has asked the API; the first is the default. */
export function declaredModels([first, ...others]: ModelIds, describe: (id: string) => ImageModel): ImageModels {
  return [describe(first), ...others.map(describe)];
}

/**
 * The models for a key: first the configured ones, those that the API lists before the others, so that a default which is
 * gone does not stay the default; then everything else of the list that `offers` accepts.
 */
export function listedModels(
  configured: ModelIds,
  listed: readonly string[],
  { describe, offers }: { describe: (id: string) => ImageModel; offers: (id: string) => boolean },
): ImageModels {
  const known = new Set(listed);
  const usable = configured.filter((id) => known.has(id));
  const gone = configured.filter((id) => !known.has(id));
  const others = [...known].filter((id) => offers(id) && !configured.includes(id)).toSorted();
  const [first = configured[0], ...rest] = [...usable, ...gone, ...others];
  const model = (id: string): ImageModel => ({ ...describe(id), listed: known.has(id) });
  return [model(first), ...rest.map(model)];
}
