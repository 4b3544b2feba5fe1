import { estimateCost, type ImageModel } from "../image-providers/capabilities.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { Clock } from "../infra/clock.ts";
import type { Db } from "../infra/db.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { adaptSize } from "./adapt-size.ts";
import type { GeneratedImage } from "./claim-image.ts";
import { modelsOf } from "./provider-models.ts";

/** Another provider for a picture: the columns that change. */
export interface Fallback {
  readonly provider: string;
  readonly model: string;
  readonly requestedWidth: number;
  readonly requestedHeight: number;
  readonly options: Readonly<Record<string, string>>;
  readonly progressKind: ImageProvider["capabilities"]["progress"];
  readonly costEstimated: bigint | null;
  readonly costCurrency: string | null;
}

/** What choosing touches. */
export interface FallbackServices {
  readonly db: Db;
  readonly providers: ReadonlyMap<string, ImageProvider>;
  readonly http: OutboundHttp;
  readonly clock: Clock;
}

/**
 * The next provider of the workspace's list that has not been asked for this picture, is not left alone after failures, and can
 * make it, at the nearest size that it has; null where there is none. Words are never cut, and a picture to start from is never left out.
 *
 * A model other than its provider's default was chosen by somebody: then only a provider with a model of that very name will do.
 */
export async function chooseFallback(
  { db, providers, http, clock }: FallbackServices,
  image: GeneratedImage,
): Promise<Fallback | null> {
  const { fallbackProviders } = await db.workspace.findUniqueOrThrow({
    where: { id: image.workspaceId },
    select: { fallbackProviders: true },
  });
  if (fallbackProviders.length === 0) return null;
  const attempts = await db.generationAttempt.findMany({
    where: { imageId: image.id },
    select: { provider: true },
    distinct: ["provider"],
  });
  const resting = await db.providerCircuit.findMany({
    where: { openUntil: { gt: clock.now() } },
    select: { provider: true },
  });
  const passedOver = new Set([image.provider, ...[...attempts, ...resting].map((one) => one.provider)]);
  const current = providers.get(image.provider);
  const [usual] = current === undefined ? [] : await modelsOf(current, http);
  const chosen = usual !== undefined && usual.id !== image.model;
  for (const name of fallbackProviders) {
    const provider = providers.get(name);
    if (provider === undefined || passedOver.has(name)) continue;
    const able = (await modelsOf(provider, http)).filter((model) => canMake(model, image));
    const model = able.find(({ id }) => id === image.model) ?? (chosen ? undefined : able[0]);
    if (model !== undefined) return adapted(provider, model, image);
  }
  return null;
}

function canMake(model: ImageModel, { promptSent, negativePromptSent, fromParent }: GeneratedImage): boolean {
  if (model.listed === false) return false;
  if (fromParent ? model.inputImage === null : model.inputImage?.required === true) return false;
  if (negativePromptSent !== "" && !model.negativePrompt) return false;
  return [promptSent, negativePromptSent].every((text) => [...text].length <= model.maxPromptLength);
}

function adapted(provider: ImageProvider, model: ImageModel, image: GeneratedImage): Fallback {
  const { width, height } = adaptSize(model, { width: image.requestedWidth, height: image.requestedHeight });
  const estimate = estimateCost(model, { width, height });
  return {
    ...{ provider: provider.name, model: model.id, requestedWidth: width, requestedHeight: height },
    ...{ options: sharedOptions(model, image.options), progressKind: provider.capabilities.progress },
    costEstimated: estimate === null ? null : BigInt(Math.round(estimate.amount * 1_000_000)),
    costCurrency: estimate?.currency ?? null,
  };
}

/** Settings that the other model knows by the same name, with the same value. */
function sharedOptions({ options }: ImageModel, stored: unknown): Record<string, string> {
  const entries: [string, unknown][] = typeof stored === "object" && stored !== null ? Object.entries(stored) : [];
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      typeof value === "string" && options.some((option) => option.name === name && option.values.includes(value))
        ? [[name, value]]
        : [],
    ),
  );
}
