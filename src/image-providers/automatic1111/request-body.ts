import type { GenerationRequest } from "../provider.ts";
import { loadedModel } from "./models.ts";

/**
 * The body of `txt2img`, or of `img2img` where there is a picture to start from. Always names the steps, whose default is not
 * the web UI's. `taskId` is unknown to older builds, which ignore it.
 */
export function requestBody(request: GenerationRequest, taskId: string): Readonly<Record<string, unknown>> {
  const { prompt, negativePrompt, model, width, height, seed, inputImage, options = {} } = request;
  return {
    ...{ prompt, negative_prompt: negativePrompt, seed, width, height },
    ...{ steps: Number(options["steps"] ?? 25), cfg_scale: Number(options["guidance"] ?? 7) },
    ...{ batch_size: 1, n_iter: 1, send_images: true, save_images: false, force_task_id: taskId },
    ...(model !== loadedModel && {
      override_settings: { sd_model_checkpoint: model },
      // Putting the other checkpoint back after each picture would load gigabytes twice.
      override_settings_restore_afterwards: false,
    }),
    ...(inputImage && {
      init_images: [inputImage.bytes.toString("base64")],
      denoising_strength: inputImage.strength ?? 0.75,
      // Fills the asked shape and cuts what is over, rather than stretching.
      resize_mode: 1,
    }),
    ...(inputImage?.mask && {
      mask: inputImage.mask.toString("base64"),
      // Starts from what is there, and looks at the whole picture rather than at the masked part alone.
      ...{ inpainting_fill: 1, inpaint_full_res: false, mask_blur: 4 },
    }),
  };
}
