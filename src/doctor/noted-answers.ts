import type { ModelCatalogue } from "../image-providers/capabilities.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { OutboundHttp, OutboundResult } from "../infra/outbound-http.ts";

/** Milliseconds that a provider has to list its models. */
const patience = 15_000;

/**
 * Asks a provider for its models, and hears what the API answered: the list itself says only that it did not come.
 * `last` is null when nothing was answered at all.
 */
export async function modelsWithAnswers(
  provider: ImageProvider,
  listModels: NonNullable<ImageProvider["listModels"]>,
  http: OutboundHttp,
): Promise<{ readonly catalogue: ModelCatalogue; readonly last: OutboundResult | null }> {
  let last: OutboundResult | null = null;
  const heard: OutboundHttp = {
    ...http,
    request: async (request) => {
      const result = await http.request(request);
      // Of several questions the one that failed is the one to tell about.
      if (last === null || !result.ok || result.status >= 400) last = result;
      return result;
    },
  };
  const catalogue = await listModels.call(provider, { http: heard, signal: AbortSignal.timeout(patience) });
  return { catalogue, last };
}
