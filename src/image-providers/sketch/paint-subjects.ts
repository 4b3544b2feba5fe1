/** Draws placed figures so that they belong to their scene: its dark, a breath of their own colour, the light on one side. */
import { type Drawing, ellipse, fadeOut, n } from "./drawing.ts";
import { hex, lighter, mix, type Oklch, oklch } from "./oklch.ts";
import type { Placement } from "./place-subjects.ts";
import type { Stage } from "./stage.ts";

export function paintSubjects(drawing: Drawing, stage: Stage, placements: readonly Placement[]): void {
  for (const [index, placement] of placements.entries()) {
    if (placement.place === "ground") {
      paintBackdrop(drawing, stage, placement);
      paintShadow(drawing, stage, placement);
    }
    paintFigure(drawing, stage, placement, index);
  }
}

function bodyColour(stage: Stage, { subject, colour, place, y }: Placement): Oklch {
  const { palette, height, horizon } = stage;
  // What is farther up the picture is farther away, and takes on the air between.
  const depth = place === "ground" ? 1 : place === "air" ? 0.86 : 0.72 + 0.25 * ((y - horizon) / (height - horizon));
  const ambient = palette.foliage(palette.dark ? depth * 0.93 : depth);
  const light = palette.dark ? (place === "air" ? 0.75 : 0.6) : 0.85;
  const own =
    colour === null
      ? oklch(ambient.l + subject.tint.lift * light, subject.tint.c, subject.tint.h)
      : oklch(Math.max(0.12, ambient.l + (0.26 + colour.lift * 1.6) * light), 0.15 * colour.chroma, colour.h);
  const pale = place === "air" || subject.tint.lift > 0.4;
  return mix(ambient, palette.tone(own), (palette.dark && !pale ? 0.5 : 0.68) + (colour === null ? 0 : 0.24));
}

function paintFigure(drawing: Drawing, stage: Stage, placement: Placement, index: number): void {
  const { subject, x, y, height } = placement;
  const { palette, light } = stage;
  const scale = height / 100;
  const body = typeof subject.body === "string" ? subject.body : subject.body(stage.random(`figure ${index}`));
  const colour = bodyColour(stage, placement);
  const side = (light.x > x ? 1 : -1) * (placement.flipped ? -1 : 1);
  const rim = mix(colour, palette.light, palette.dark ? 0.62 : 0.55);
  const shift = Math.min(2.4, Math.max(0.9, (stage.unit * 0.003) / scale));
  const figure = (flip: boolean, opacity: number): string => {
    const clip = drawing.clip(body);
    const parts = [
      `<path d="${body}" fill="${hex(rim)}"/>`,
      `<g clip-path="${clip}"><path d="${body}" fill="${hex(colour)}" transform="translate(${n(-side * shift)} ${n(shift * 0.55)})"/></g>`,
      detail(subject.shade, mix(colour, palette.near, 0.55), 0.75),
      detail(subject.pale, mix(lighter(colour, palette.dark ? 0.16 : 0.26), palette.light, 0.35), 0.9),
      detail(subject.lit, litColour(stage, colour), 1),
    ];
    const across = placement.flipped ? -scale : scale;
    const group = `<g transform="translate(${n(x)} ${n(y)}) scale(${across.toFixed(4)} ${(flip ? -scale * 0.8 : scale).toFixed(4)})"`;
    return `${group}${opacity < 1 ? ` opacity="${opacity}"` : ""}>${parts.join("")}</g>`;
  };
  if (placement.place === "water") {
    drawing.add(figure(true, 0.3));
  }
  drawing.add(figure(false, 1));
  if (subject.glow !== undefined && palette.lamplight) {
    const across = placement.flipped ? -scale : scale;
    const centre = { x: x + subject.glow.x * across, y: y + subject.glow.y * scale };
    const radius = subject.glow.radius * scale;
    drawing.fill(
      ellipse(centre.x, centre.y, radius, radius),
      drawing.radial(centre, radius, fadeOut(palette.accent, 0.6)),
    );
  }
}

function litColour(stage: Stage, body: Oklch): Oklch {
  const { palette } = stage;
  return palette.lamplight ? palette.accent : mix(body, palette.sky[2] ?? palette.haze, 0.55);
}

function detail(path: string | undefined, colour: Oklch, opacity: number): string {
  return path === undefined ? "" : `<path d="${path}" fill="${hex(colour)}" fill-opacity="${opacity}"/>`;
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
