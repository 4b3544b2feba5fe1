/** Draws silhouettes so that they belong to their scene: its dark, a breath of their own colour, the light on one side. */
import { type Drawing, ellipse, fadeOut, n } from "./drawing.ts";
import { hex, lighter, mix, type Oklch, oklch } from "./oklch.ts";
import type { Placement } from "./placement.ts";
import type { Stage } from "./stage.ts";
import type { OutlineSubject } from "./subjects/subject.ts";

function bodyColour(stage: Stage, subject: OutlineSubject, { colour, place, x, y }: Placement): Oklch {
  const { palette, height, horizon } = stage;
  // What is farther up the picture is farther away, and takes on the air between.
  const depth = place === "ground" ? 1 : place === "air" ? 0.86 : 0.72 + 0.25 * ((y - horizon) / (height - horizon));
  const ambient = palette.foliage(palette.dark ? depth * 0.93 : depth);
  const light = palette.dark ? (place === "air" ? 0.75 : 0.6) : 0.85;
  const { h, c, lift } = subject.tint;
  // Green leaves turn in autumn; firs do not.
  const turned = stage.wants("autumn") && h > 100 && h < 150 && subject.name !== "cactus";
  const own =
    colour === null
      ? turned
        ? oklch(ambient.l + 0.3 * light, 0.15, 40 + ((x * 7.3) % 34))
        : oklch(ambient.l + lift * light, c, h)
      : oklch(Math.max(0.12, ambient.l + (0.26 + colour.lift * 1.6) * light), 0.15 * colour.chroma, colour.h);
  const pale = place === "air" || subject.tint.lift > 0.4;
  return mix(ambient, palette.tone(own), (palette.dark && !pale ? 0.5 : 0.68) + (colour === null ? 0 : 0.24));
}

/** A silhouette of a height with its foot at (x, y). */
export function paintOutline(
  drawing: Drawing,
  stage: Stage,
  placement: Placement,
  subject: OutlineSubject,
  index: number,
): void {
  const { x, y, height } = placement;
  const { palette, light } = stage;
  const scale = height / 100;
  const body = typeof subject.body === "string" ? subject.body : subject.body(stage.random(`figure ${index}`));
  const colour = bodyColour(stage, subject, placement);
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
  if (placement.place === "water" && subject.leaps !== true) {
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
