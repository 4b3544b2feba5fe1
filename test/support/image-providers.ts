/** Opens image providers as a server does, from variables, and calls them as the generation does. */
import type { Test } from "tap";
import { readConfig } from "../../src/config.ts";
import { defaultSize, type ImageModel } from "../../src/image-providers/capabilities.ts";
import type {
  GenerationContext,
  GenerationOutcome,
  GenerationProgress,
  GenerationRequest,
  ImageProvider,
} from "../../src/image-providers/provider.ts";
import { imageProviders } from "../../src/image-providers/registry.ts";
import type { Clock } from "../../src/infra/clock.ts";
import { createTestClock } from "./clock.ts";
import { client, loopback } from "./outbound.ts";

/** The instant of the tests' clock; the simulators' dates lie shortly after it. */
export const testTime = new Date("2026-12-02T12:00:00Z");

/** Opens a registered provider with these variables; null where they do not suffice. */
export function openProvider(
  name: string,
  environment: Record<string, string>,
  clock: Clock = createTestClock(testTime),
): ImageProvider | null {
  const definition = imageProviders.find((each) => each.name === name);
  if (definition === undefined) throw new Error(`No image provider is registered under the name "${name}".`);
  const { values } = readConfig({ NODE_ENV: "test", ...environment });
  return definition.open({ values, clock });
}

/** A call's context with the network of a self-hoster. */
export function generationContext(t: Test, change: Partial<GenerationContext> = {}): GenerationContext {
  return {
    ...{ signal: new AbortController().signal, http: client(t, loopback) },
    ...{ onProgress: () => undefined, onRemoteId: () => Promise.resolve() },
    ...change,
  };
}

/** A request that the model takes. */
export function requestFor(model: ImageModel, change: Partial<GenerationRequest> = {}): GenerationRequest {
  return { prompt: "a boat", negativePrompt: "", model: model.id, seed: 7, ...defaultSize(model), ...change };
}

/** Makes one picture with the provider's first model. */
export async function generateWith(
  t: Test,
  provider: ImageProvider,
  change: Partial<GenerationRequest> = {},
  context: Partial<GenerationContext> = {},
): Promise<{ outcome: GenerationOutcome; progress: GenerationProgress[] }> {
  const progress: GenerationProgress[] = [];
  const [first] = provider.capabilities.models;
  const model = provider.capabilities.models.find(({ id }) => id === change.model) ?? first;
  const onProgress = (value: GenerationProgress) => void progress.push(value);
  const outcome = await provider.generate(requestFor(model, change), generationContext(t, { onProgress, ...context }));
  return { outcome, progress };
}
