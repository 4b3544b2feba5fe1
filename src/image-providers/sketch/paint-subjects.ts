/** Draws placed figures: what lies behind and below each, the figure itself, and the light it sheds. */
import { type Drawing, ellipse, fadeOut, n } from "./drawing.ts";
import { lighter, mix } from "./oklch.ts";
import { paintBust, paintIcon } from "./paint-icon.ts";
import { paintOutline } from "./paint-outline.ts";
import type { Placement } from "./placement.ts";
import type { Stage } from "./stage.ts";

/** `bare`: without shadows and light air around them, where they stand on nothing that is seen. */
export function paintSubjects(drawing: Drawing, stage: Stage, placements: readonly Placement[], bare = false): void {
  for (const [index, placement] of placements.entries()) {
    const { subject, face } = placement;
    if (placement.place === "ground" && !bare) {
      paintBackdrop(drawing, stage, placement);
      paintShadow(drawing, stage, placement);
    }
    if (face !== null) {
      paintBust(drawing, stage, placement, face, index);
    } else if ("icon" in subject) {
      const shines = subject.shines === true && stage.palette.lamplight;
      if (shines) {
        paintShine(drawing, stage, placement, 0.7);
      }
      paintIcon(drawing, stage, placement, subject);
      if (shines) {
        paintShine(drawing, stage, placement, 0.25);
      }
    } else {
      paintOutline(drawing, stage, placement, subject, index);
    }
  }
}

function paintShine(
  drawing: Drawing,
  { palette }: Stage,
  { subject, x, y, height }: Placement,
  strength: number,
): void {
  const radius = height * Math.max(1.2, subject.aspect);
  const centre = { x, y: y - height * 0.5 };
  drawing.fill(
    ellipse(centre.x, centre.y, radius, radius),
    drawing.radial(centre, radius, fadeOut(palette.accent, strength)),
  );
}

/** A breath of light air behind a figure, so that it stands out from whatever is behind it. */
function paintBackdrop(drawing: Drawing, stage: Stage, { subject, x, y, height }: Placement): void {
  const { palette } = stage;
  const radius = height * Math.max(0.9, subject.aspect * 0.8);
  const centre = { x, y: y - height * 0.5 };
  const air = drawing.radial(
    centre,
    radius,
    fadeOut(mix(palette.haze, palette.light, palette.dark ? 0.3 : 0), palette.dark ? 1 : 0.5),
  );
  drawing.fill(ellipse(centre.x, centre.y, radius, radius), air);
}

function paintShadow(drawing: Drawing, stage: Stage, { subject, x, y, height }: Placement): void {
  const { palette, light, unit } = stage;
  const half = height * subject.aspect * 0.5;
  const away = light.x > x ? -1 : 1;
  const dark = lighter(palette.near, -0.12);
  const centre = { x: x + away * half * 0.4, y: y + height * 0.01 };
  const markup = drawing.radial({ x: 0, y: 0 }, 1, [
    { at: 0, colour: dark, opacity: 0.5 },
    { at: 0.6, colour: dark, opacity: 0.28 },
    { at: 1, colour: dark, opacity: 0 },
  ]);
  const flat = Math.max(height * 0.035, unit * 0.006);
  drawing.add(
    `<path d="${ellipse(0, 0, 1, 1)}" fill="${markup}" transform="translate(${n(centre.x)} ${n(centre.y)}) scale(${n(half * 1.35)} ${n(flat)})"/>`,
  );
}
