/** GraphQL lets exactly one platform through; nulls mean its defaults. */
export function chosenOptions(
  options: unknown,
): { readonly platform: string; readonly values: Record<string, boolean | string | string[]> } | null {
  if (typeof options !== "object" || options === null) return null;
  const [platform, given] = Object.entries(options)[0] ?? [];
  if (platform === undefined) return null;
  const values = Object.entries(given ?? {}).filter(
    (entry): entry is [string, boolean | string | string[]] => entry[1] !== null,
  );
  return { platform, values: Object.fromEntries(values) };
}
