/** How long a list usually is that takes no `first`, for the cost of operations. */

const name = "usualLength";

/** Arguments of a field as they stand in an operation, unchecked. */
export type GivenArguments = Readonly<Record<string, unknown>>;

type Length = number | ((args: GivenArguments) => number);

/**
 * For the options of a field whose list is shorter, or longer, than lists without `first` usually are (`limits.ts`), or whose arguments say
 * how often what is selected under it will be there: that costs so many times over. It is an estimate before anything is read; what lists
 * really hold is counted by `count-answer.ts`.
 */
export const usually = (length: Length): { readonly extensions: Readonly<Record<string, unknown>> } => ({
  extensions: { [name]: typeof length === "number" ? () => length : length },
});

/** What a field says by {@link usually}; undefined when it says nothing. */
export function usualLength(
  { extensions }: { readonly extensions: Readonly<Record<string, unknown>> },
  args: () => GivenArguments,
): number | undefined {
  const length = extensions[name];
  const found: unknown = typeof length === "function" ? length(args()) : undefined;
  return typeof found === "number" ? found : undefined;
}
