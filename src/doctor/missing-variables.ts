import type { z } from "zod";

type Shapes = Readonly<Record<string, z.ZodType>>;
type Values = Readonly<Record<string, unknown>>;

/** Variables without a default: what has to be set before anything opens. */
const needed = (shapes: Shapes) =>
  Object.entries(shapes).flatMap(([name, shape]) => {
    const unset = shape.safeParse(undefined);
    return unset.success && (unset.data === undefined || unset.data === false) ? [name] : [];
  });

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
