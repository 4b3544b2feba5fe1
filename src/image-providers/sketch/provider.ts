/** Sketch, the built-in image provider: draws the prompt with geometry and chance. No key, no network, no trained model. */
import {
  type GenerationContext,
  type GenerationOutcome,
  type GenerationRequest,
  type ImageProvider,
  maxPictureBytes,
} from "../provider.ts";
import { type PicturePlan, type PictureStart, planPicture } from "./plan-picture.ts";
import { addLayer, type Canvas, finishPng, unfinishedPng } from "./render.ts";
import { startFrom } from "./variation/start-from.ts";

const model = "sketch-1";

/**
 * Answers an opaque PNG of exactly the requested size; the same prompts, seed and size give the same bytes.
 * Its only failure is `cancelled`, when the signal aborts; the layer being drawn then is finished and thrown away.
 */
export const sketch = {
  name: "sketch",
  label: "Sketch (built in)",
  digitalSourceType: "algorithmicMedia",
  capabilities: {
    models: [
      {
        id: model,
        label: "Sketch 1",
        sizes: {
          kind: "RANGE",
          width: { min: 256, max: 2048, step: 8 },
          height: { min: 256, max: 2048, step: 8 },
          maxPixels: 2048 * 2048,
          defaultSize: { width: 1024, height: 1024 },
        },
        maxPromptLength: 2000,
        seed: true,
        negativePrompt: true,
        inputImage: {
          required: false,
          mimes: ["image/png", "image/jpeg", "image/webp"],
          maxBytes: maxPictureBytes,
          strength: true,
          mask: false,
        },
        options: [],
        price: { amount: 0, currency: "USD", per: "PICTURE" },
      },
    ],
    maxCount: 10,
    concurrency: 2,
    progress: "MEASURED",
    preview: true,
    cancel: true,
  },
  generate,
} as const satisfies ImageProvider;

const cancelled = {
  ok: false,
  failure: "cancelled",
  message: "The sketch was cancelled before it was finished.",
  cost: { kind: "NONE" },
} as const satisfies GenerationOutcome;

const unreadable = {
  ok: false,
  failure: "invalid_request",
  message: "The picture to start from could not be read. Choose another one.",
  cost: { kind: "NONE" },
} as const satisfies GenerationOutcome;

async function readStart(
  { inputImage, width, height }: GenerationRequest,
  onProgress: GenerationContext["onProgress"],
): Promise<PictureStart | null | "UNREADABLE"> {
  // At full strength nothing of it is left: the drawing is the same as without it.
  if (inputImage === undefined || inputImage.strength === 1) {
    return null;
  }
  onProgress({ fraction: 0.03, phase: "Looking at the picture" });
  return (await startFrom(inputImage, { width, height })) ?? "UNREADABLE";
}

/** Pictures of fewer pixels are finished before anybody looks. */
const pixelsWorthPreview = 512 * 512;

/** The picture so far, at a third and two thirds of the layers: nobody sees more of them, and each takes time. */
async function previewAt(
  index: number,
  { canvas, plan, request }: { canvas: Canvas | null; plan: PicturePlan; request: GenerationRequest },
): Promise<{ preview?: Buffer }> {
  const third = Math.ceil(plan.layers.length / 3);
  const worthIt = request.width * request.height >= pixelsWorthPreview && index > 0 && index % third === 0;
  return worthIt && canvas !== null ? { preview: await unfinishedPng(canvas, plan.stage) } : {};
}

async function generate(request: GenerationRequest, context: GenerationContext): Promise<GenerationOutcome> {
  const { signal, onProgress } = context;
  if (signal.aborted) {
    return cancelled;
  }
  const start = await readStart(request, onProgress);
  if (start === "UNREADABLE") {
    return unreadable;
  }
  onProgress({ fraction: 0.05, phase: "Reading the prompt" });
  const plan = planPicture(request, start);
  onProgress({ fraction: 0.1, phase: "Mixing the palette" });
  let canvas: Canvas | null = null;
  for (const [index, layer] of plan.layers.entries()) {
    const preview = await previewAt(index, { canvas, plan, request });
    onProgress({ fraction: 0.12 + (0.8 * index) / plan.layers.length, phase: layer.phase, ...preview });
    canvas = await addLayer(canvas, layer, plan.stage);
    if (signal.aborted) {
      return cancelled;
    }
  }
  if (canvas === null) {
    throw new Error(`The scene ${plan.scene} painted no layer.`);
  }
  onProgress({ fraction: 0.93, phase: "Writing the file" });
  const bytes = await finishPng(canvas, plan.stage, plan.grain);
  if (signal.aborted) {
    return cancelled;
  }
  onProgress({ fraction: 1, phase: "Finished" });
  return { ok: true, bytes, model, seed: request.seed, cost: { kind: "NONE" } };
}
