/** The stand-in provider with models that take more than words: `easel-edit` starts from pictures and has settings. */
import type { ImageModel } from "../../src/image-providers/capabilities.ts";
import type {
  GenerationContext,
  GenerationOutcome,
  GenerationRequest,
  ImageProvider,
} from "../../src/image-providers/provider.ts";
import { picture, standInProvider } from "./stand-ins.ts";

/** What the provider was asked, in order, beside the provider itself. */
export interface EaselStudio {
  readonly providers: ReadonlyMap<string, ImageProvider>;
  readonly asked: GenerationRequest[];
}

/** Opens one; `generate` answers each call. `easel-remake` needs a picture, `palette` is a second provider. */
export function easelStudio(
  generate: (context: GenerationContext, request: GenerationRequest) => Promise<GenerationOutcome> = () =>
    Promise.resolve(picture),
): EaselStudio {
  const asked: GenerationRequest[] = [];
  const easel = standInProvider().get("easel");
  if (easel === undefined) throw new Error("The stand-in is called easel.");
  const [first, second = first] = easel.capabilities.models;
  const edit: ImageModel = {
    ...{ ...first, id: "easel-edit", label: "Easel Edit", negativePrompt: false },
    sizes: {
      kind: "LIST",
      sizes: [
        { width: 64, height: 64 },
        { width: 96, height: 64 },
        { width: 64, height: 112 },
      ],
    },
    inputImage: { required: false, mimes: ["image/png"], maxBytes: 100_000, strength: true, mask: false },
    options: [
      { name: "quality", description: "How good.", values: ["low", "high"] },
      { name: "ground", description: "On what.", values: ["paper", "canvas"] },
    ],
    price: { amount: 2, currency: "EUR", per: "MEGAPIXEL" },
  };
  const inputImage = { required: true, mimes: ["image/webp"], maxBytes: 10, strength: false, mask: false } as const;
  const remake: ImageModel = { ...edit, id: "easel-remake", label: "Easel Remake", inputImage };
  const capabilities = { ...easel.capabilities, models: [first, second, edit, remake] } as const;
  const studio: ImageProvider = {
    ...{ ...easel, capabilities },
    generate: (request, context) => {
      asked.push(request);
      return generate(context, request);
    },
  };
  return {
    asked,
    providers: new Map([
      [studio.name, studio],
      ["palette", { ...studio, name: "palette", label: "Palette" }],
    ]),
  };
}
