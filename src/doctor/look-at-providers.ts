import type { ImageProvider, ImageProviderDefinition } from "../image-providers/provider.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { about, type Finding } from "./finding.ts";
import { couldBeOpenedBy } from "./missing-variables.ts";
import { modelsWithAnswers } from "./noted-answers.ts";

/** What is looked at. */
export interface ProviderServices {
  readonly providers: ReadonlyMap<string, ImageProvider>;
  readonly http: OutboundHttp;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Every image API, by the list of its models, which costs nothing to ask for. */
export function lookAtProviders(
  services: ProviderServices,
  definitions: readonly ImageProviderDefinition[],
): Promise<readonly Finding[]> {
  return Promise.all(
    definitions.map(async ({ name, variables }) => {
      const provider = services.providers.get(name);
      if (provider !== undefined) return lookAtProvider(provider, services.http);
      return about(`Provider: ${name}`).off("Not set up.", couldBeOpenedBy(variables, services.values));
    }),
  );
}

async function lookAtProvider(provider: ImageProvider, http: OutboundHttp): Promise<Finding> {
  const { ok, warning, problem } = about(`Provider: ${provider.label}`);
  const { capabilities, listModels } = provider;
  if (listModels === undefined) {
    const [first] = capabilities.models;
    return ok(`Set up, with ${first.id} as its first model. There is nothing to ask it that costs nothing.`);
  }
  const { catalogue, last } = await modelsWithAnswers(provider, listModels, http);
  const [first] = catalogue.models;
  if (catalogue.listedAt !== null) {
    if (first.listed !== false)
      return ok(`It answers and lists ${catalogue.models.length} models; ${first.id} is the first.`);
    const found = `It answers, but does not list its first model, ${first.id}.`;
    return warning(found, "Name a model that it has in this provider's variables.");
  }
  if (last === null) return problem("It was not asked, for lack of time.", "Try again.");
  if (!last.ok) {
    return problem(
      `It cannot be reached: ${last.detail}.`,
      "Check its address, and that this server may go out to it.",
    );
  }
  if (last.status === 401 || last.status === 403) {
    return problem(
      `It does not accept the key (it answers ${last.status}).`,
      "Copy the key anew from the provider's own page.",
    );
  }
  if (last.status === 404) {
    return warning("It answers, but has no list of models.", "Nothing, if it is a compatible server without one.");
  }
  const found = `It answers ${last.status} when asked for its models.`;
  return last.status < 400
    ? warning(`${found} The answer cannot be read.`, "Check its address.")
    : problem(found, "Try again later; if it stays, check its address and the account there.");
}
