/** What the web UI says about fields of a wrong type, or that it does not know; empty for nothing. */
export function bodyFaults(body: Readonly<Record<string, unknown>>): unknown[] {
  const types: Readonly<Record<string, string>> = {
    ...{ prompt: "string", negative_prompt: "string", seed: "number", width: "number", height: "number" },
    ...{ steps: "number", cfg_scale: "number", batch_size: "number", n_iter: "number", denoising_strength: "number" },
    ...{ sampler_name: "string", send_images: "boolean", save_images: "boolean", force_task_id: "string" },
    ...{ override_settings: "object", override_settings_restore_afterwards: "boolean", mask: "string" },
    ...{ init_images: "object", inpainting_fill: "number", mask_blur: "number", inpaint_full_res: "boolean" },
    ...{ resize_mode: "number", scheduler: "string", include_init_images: "boolean" },
  };
  return Object.entries(body)
    .filter(([key, value]) => typeof value !== types[key])
    .map(([key]) => ({ loc: ["body", key], msg: "value is not valid", type: "type_error" }));
}
