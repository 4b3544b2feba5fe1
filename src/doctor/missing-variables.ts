import type { z } from "zod";

type Shapes = Readonly<Record<string, z.ZodType>>;
type Values = Readonly<Record<string, unknown>>;

/** Variables without a default, which may have to be set before anything opens; where there are none, switches that are off. */
function needed(shapes: Shapes): string[] {
  const unset = (value: unknown) =>
    Object.entries(shapes).flatMap(([name, shape]) => {
      const parsed = shape.safeParse(undefined);
      return parsed.success && parsed.data === value ? [name] : [];
    });
  const required = unset(undefined);
  return required.length > 0 ? required : unset(false);
}

/** What would open it; null where nothing is known. */
export function couldBeOpenedBy(shapes: Shapes, values: Values): string | null {
  const names = needed(shapes).filter((name) => values[name] === undefined || values[name] === false);
  return names.length === 0 ? null : `To use it, set what it needs of ${names.join(", ")} (see .env.example).`;
}

/** Ids without their secret, and secrets without their id: half a setting does nothing. */
export function loneHalves(
  shapes: Shapes,
  values: Values,
): readonly { readonly set: string; readonly missing: string }[] {
  return Object.keys(shapes).flatMap((id) => {
    const secret = id.replace(/_ID$/, "_SECRET");
    if (secret === id || !Object.hasOwn(shapes, secret)) return [];
    if ((values[id] === undefined) === (values[secret] === undefined)) return [];
    return [values[id] === undefined ? { set: secret, missing: id } : { set: id, missing: secret }];
  });
}
