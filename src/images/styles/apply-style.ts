/** Where the prompt stands in a style's template. */
export const promptMark = "{prompt}";

/** What a style says, in one of its versions. */
export interface StyleWording {
  readonly template: string;
  readonly negativePrompt: string;
}

/** What a provider is given for a prompt in a style: the prompt in its template, and both negative prompts. */
export function applyStyle(
  prompt: string,
  negativePrompt: string,
  style: StyleWording,
): { readonly prompt: string; readonly negativePrompt: string } {
  return {
    // Cut and joined, since `replace` would read `$&` in somebody's prompt as its own.
    prompt: style.template.split(promptMark).join(prompt),
    negativePrompt: [negativePrompt, style.negativePrompt].filter((text) => text !== "").join(", "),
  };
}
