import type { ImageModels } from "../image-providers/capabilities.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";

/** The models of a provider: as its API lists them where it does, else the declared ones. Takes up to ten seconds at most. */
export async function modelsOf(provider: ImageProvider, http: OutboundHttp): Promise<ImageModels> {
  const { listModels, capabilities } = provider;
  if (listModels === undefined) return capabilities.models;
  const { models } = await listModels({ http, signal: AbortSignal.timeout(10_000) });
  return models;
}
