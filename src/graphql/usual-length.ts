/** How long a list usually is that takes no `first`, for the cost of operations. */

const name = "usualLength";

/**
 * For the options of a field whose list is shorter, or longer, than lists without `first` usually are (`limits.ts`): what is selected
 * under it costs this many times over. It is an estimate before anything is read; what lists really hold is counted by `count-answer.ts`.
 */
export const usually = (length: number): { readonly extensions: Readonly<Record<string, unknown>> } => ({
  extensions: { [name]: length },
});

/** What a field says by {@link usually}; undefined when it says nothing. */
export function usualLength({
  extensions,
}: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): number | undefined {
  const length = extensions[name];
  return typeof length === "number" ? length : undefined;
}
