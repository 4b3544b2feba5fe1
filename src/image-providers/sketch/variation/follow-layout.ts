/** A drawing laid out like the picture that it starts from. */
import type { Light, Scene } from "../stage.ts";
import type { LayoutGuide } from "./read-start.ts";

/** The drawing's own horizon (a share of the height), drawn towards the picture's as far as the scene bears it. */
export function guidedHorizon(own: number, { horizon: [lowest, highest] }: Scene, guide: LayoutGuide | null): number {
  if (guide === null || guide.horizon === null) return own;
  const wanted = Math.min(highest, Math.max(lowest, guide.horizon));
  return own + (wanted - own) * guide.weight;
}

/** Where the drawing's light stands, drawn towards the brightest place of the picture. */
export function guidedLight(
  own: Light,
  {
    width,
    height,
    horizon,
    guide,
  }: { readonly width: number; readonly height: number; readonly horizon: number; readonly guide: LayoutGuide | null },
): Light {
  if (guide === null || guide.light === null) return own;
  const wanted = { x: width * guide.light.x, y: Math.min(horizon * 0.95, height * guide.light.y) };
  const towards = (from: number, to: number): number => from + (to - from) * guide.weight;
  return { ...own, x: towards(own.x, wanted.x), y: towards(own.y, wanted.y) };
}
