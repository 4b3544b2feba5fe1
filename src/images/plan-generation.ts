import { randomInt } from "node:crypto";
import type { Money } from "../image-providers/capabilities.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { Db } from "../infra/db.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import { checkGeneration, chooseProvider, type GenerationRequestInput, maxSeed } from "./generation-request.ts";
import { findInputImage } from "./input-image.ts";
import { modelsOf } from "./provider-models.ts";

/** What planning a generation asks. */
export interface PlanServices {
  readonly db: Db;
  readonly providers: ReadonlyMap<string, ImageProvider>;
  readonly http: OutboundHttp;
}

/** Pictures that a provider will take: what is written into their rows. */
export interface PlannedGeneration {
  readonly workspaceId: string;
  readonly provider: ImageProvider;
  readonly model: string;
  readonly words: Words;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** The first picture's; each further one gets the next. */
  readonly seed: number;
  readonly options: Readonly<Record<string, string>>;
  /** Of one picture; null where nobody knows. */
  readonly expectedCost: Money | null;
  /** The picture it is made from, or made anew from. */
  readonly parentImageId: string | null;
  /** Whether the parent's pixels are what the provider starts from. */
  readonly fromParent: boolean;
  readonly strength: number | null;
}

/** A prompt as asked and as the provider gets it. */
export interface Words {
  readonly prompt: string;
  readonly promptSent: string;
  readonly negativePrompt: string;
  readonly negativePromptSent: string;
}

/** What the provider gets of what was asked. The place where a style comes in. */
const wordsOf = ({ prompt, negativePrompt }: GenerationRequestInput): Words => ({
  ...{ prompt, promptSent: prompt },
  ...{ negativePrompt, negativePromptSent: negativePrompt },
});

/**
 * Settles everything about a request before anything is written or spent: the provider, its model, sizes, costs. Asks the
 * provider for its models, so it must not run inside a transaction, and only for members, whose default it reveals. Throws a
 * `ValidationError` for anything the provider would refuse, a `NotFoundError` for a picture to start from that is not there.
 */
export async function planGeneration(
  { db, providers, http }: PlanServices,
  workspaceId: string,
  input: GenerationRequestInput,
): Promise<PlannedGeneration> {
  const inputImage = input.inputImageId === null ? null : await findInputImage(db, workspaceId, input.inputImageId);
  const provider = chooseProvider(providers, {
    asked: input.provider,
    workspaceDefault: input.provider === null ? await defaultProviderOf(db, workspaceId) : null,
  });
  const models = await modelsOf(provider, http);
  const checked = checkGeneration(provider, { models, inputImage }, input);
  return {
    ...checked,
    ...{ workspaceId, provider, words: wordsOf(input), count: input.count, seed: input.seed ?? randomInt(maxSeed) },
    ...{ parentImageId: inputImage?.id ?? null, fromParent: inputImage !== null, strength: input.strength },
  };
}

async function defaultProviderOf(db: Db, workspaceId: string): Promise<string | null> {
  const workspace = await db.workspace.findUnique({ where: { id: workspaceId }, select: { defaultProvider: true } });
  return workspace?.defaultProvider ?? null;
}
