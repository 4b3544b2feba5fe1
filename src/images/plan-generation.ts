import { randomInt } from "node:crypto";
import type { Money } from "../image-providers/capabilities.ts";
import type { ImageProvider } from "../image-providers/provider.ts";
import type { Db } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import type { OutboundHttp } from "../infra/outbound-http.ts";
import {
  checkGeneration,
  chooseProvider,
  type GenerationRequestInput,
  maxSeed,
  type Words,
} from "./generation-request.ts";
import { findInputImage } from "./input-image.ts";
import { modelsOf } from "./provider-models.ts";
import { applyStyle } from "./styles/apply-style.ts";

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

/** What the provider gets of what was asked: the prompt in its style, if one was named. */
async function wordsOf(db: Db, workspaceId: string, input: GenerationRequestInput): Promise<Words> {
  const { prompt, negativePrompt, style } = input;
  if (style === null) {
    const sent = { promptSent: prompt, negativePromptSent: negativePrompt };
    return { prompt, negativePrompt, ...sent, styleVersionId: null };
  }
  const version = await db.styleVersion.findFirst({
    where: {
      ...("versionId" in style ? { id: style.versionId } : { styleId: style.styleId, style: { deletedAt: null } }),
      OR: [{ style: { workspaceId: null } }, { style: { workspaceId } }],
    },
    orderBy: { number: "desc" },
  });
  if (version === null) throw new NotFoundError("style in this workspace", ["styleId"]);
  const sent = applyStyle(prompt, negativePrompt, version);
  return {
    ...{ prompt, negativePrompt, styleVersionId: version.id },
    ...{ promptSent: sent.prompt, negativePromptSent: sent.negativePrompt },
  };
}

/**
 * Settles everything about a request before anything is written or spent: the provider, its model, sizes, costs. Asks the
 * provider for its models, so it must not run inside a transaction, and only for members, whose default it reveals. Throws a
 * `ValidationError` for anything the provider would refuse, a `NotFoundError` for a style or a picture to start from that is not there.
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
  const words = await wordsOf(db, workspaceId, input);
  const models = await modelsOf(provider, http);
  const checked = checkGeneration(provider, { models, inputImage, words }, input);
  return {
    ...checked,
    ...{ workspaceId, provider, count: input.count, seed: input.seed ?? randomInt(maxSeed) },
    ...{ parentImageId: inputImage?.id ?? null, fromParent: inputImage !== null, strength: input.strength },
  };
}

async function defaultProviderOf(db: Db, workspaceId: string): Promise<string | null> {
  const workspace = await db.workspace.findUnique({ where: { id: workspaceId }, select: { defaultProvider: true } });
  return workspace?.defaultProvider ?? null;
}

/** The style that pictures of a workspace are made in when nobody names one; null for none. */
export async function defaultStyleOf(db: Db, workspaceId: string): Promise<string | null> {
  const workspace = await db.workspace.findUnique({ where: { id: workspaceId }, select: { defaultStyleId: true } });
  return workspace?.defaultStyleId ?? null;
}
