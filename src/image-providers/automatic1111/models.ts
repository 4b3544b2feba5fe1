/** The checkpoints of one machine. */
import { z } from "zod";
import type { ImageModel, ImageModels } from "../capabilities.ts";
import { askJson, type JsonApi, readAs } from "../json-call.ts";
import type { ProviderContext } from "../provider.ts";

/** The id that stands for whatever checkpoint is loaded: no other has to be loaded for it, which can take minutes. */
export const loadedModel = "loaded";

const megabyte = 1024 * 1024;
const side = { min: 64, max: 2048, step: 8 } as const;

/** The API enforces no range, so these are ours: larger pictures do not fit into common cards. */
function describeModel(id: string, label: string): ImageModel {
  return {
    ...{ id, label, maxPromptLength: 4000, seed: true, negativePrompt: true },
    sizes: {
      ...{ kind: "RANGE", width: side, height: side, maxPixels: 2048 * 2048 },
      defaultSize: { width: 512, height: 512 },
    },
    inputImage: {
      ...{ required: false, mimes: ["image/png", "image/jpeg", "image/webp"], maxBytes: 16 * megabyte },
      ...{ strength: true, mask: true },
    },
    options: [
      { name: "steps", description: "Sampling steps: more take longer.", values: ["25", "8", "15", "40", "60"] },
      {
        name: "guidance",
        description: "How closely the prompt is followed (CFG scale).",
        values: ["7", "1", "3.5", "5", "10"],
      },
    ],
    price: { amount: 0, currency: "USD", per: "PICTURE" },
  };
}

/** What there is before the machine was asked. */
export const declaredModels: ImageModels = [describeModel(loadedModel, "The loaded checkpoint")];

const checkpoints = z.array(z.object({ title: z.string().min(1), model_name: z.string().min(1) }));

/**
 * The machine's checkpoints. Their ids are file names, which stay the same; the hash in a title appears only once a file has
 * been read.
 */
export async function discoverModels(api: JsonApi, { http, signal }: ProviderContext): Promise<ImageModels | null> {
  const answer = await askJson(http, api, { path: "/sdapi/v1/sd-models", signal });
  const found = answer.ok && answer.status === 200 ? readAs(checkpoints, answer) : null;
  if (found === null) return null;
  const models = found.map(({ title, model_name }) => describeModel(title.replace(/ \[\w+\]$/, ""), model_name));
  return [{ ...declaredModels[0], listed: true }, ...models.map((model) => ({ ...model, listed: true }))];
}
