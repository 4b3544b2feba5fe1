/** Facets: the picture folded from triangles, small where much happens. */
import Delaunator from "delaunator";
import { createDrawing, n } from "../drawing.ts";
import { colourAt, cssColour, drawnOver, edges, type Field, type Pixels, type Rgb, softened } from "../pixels.ts";
import type { Stage } from "../stage.ts";
import type { Style } from "./style.ts";

export const lowPoly = {
  name: "low poly",
  words: ["low poly", "lowpoly", "polygon", "polygonal", "faceted", "origami", "triangulated", "crystal"],
  mood: { chroma: 1.25, contrast: 1.04, lift: 0.05 },
  phase: "Folding the facets",
  grain: false,
  treat,
} as const satisfies Style;

async function treat(picture: Pixels, stage: Stage): Promise<Pixels> {
  const soft = await softened(picture, Math.max(1, stage.unit * 0.003));
  const points = scatter(picture, await edges(soft), stage);
  const { triangles } = Delaunator.from(points);
  const drawing = createDrawing();
  const random = stage.random("facets");
  for (let corner = 0; corner < triangles.length; corner += 3) {
    const [a, b, c] = [0, 1, 2].map((offset) => points[triangles[corner + offset] ?? 0] ?? ([0, 0] as const));
    if (a === undefined || b === undefined || c === undefined) {
      continue;
    }
    const [red, green, blue] = meanColour(soft, [a, b, c]);
    // Each facet leans its own way and so catches a little more or less light.
    const tilt = random.between(-9, 9) + ((b[0] - a[0]) * (c[1] - a[1]) > 0 ? 3 : -3);
    const colour = cssColour([red + tilt, green + tilt, blue + tilt]);
    drawing.add(
      `<path d="M${n(a[0])} ${n(a[1])}L${n(b[0])} ${n(b[1])}L${n(c[0])} ${n(c[1])}z" fill="${colour}" stroke="${colour}" stroke-width="0.8"/>`,
    );
  }
  return drawnOver(picture, drawing);
}

type Place = readonly [number, number];

/** A loose grid for calm areas and many points along edges, corners and rims outside the picture included. */
function scatter({ width, height }: Pixels, steep: Field, { unit, random: stream }: Stage): Place[] {
  const random = stream("points");
  const points: Place[] = [];
  const wide = unit * 0.06;
  for (let y = -wide; y < height + wide; y += wide) {
    for (let x = -wide; x < width + wide; x += wide) {
      points.push([x + random.between(0, 0.85) * wide, y + random.between(0, 0.85) * wide]);
    }
  }
  points.push([-wide * 2, -wide * 2], [width + wide * 2, -wide * 2], [-wide * 2, height + wide * 2]);
  points.push([width + wide * 2, height + wide * 2]);
  const fine = unit * 0.0115;
  for (let y = fine / 2; y < height; y += fine) {
    for (let x = fine / 2; x < width; x += fine) {
      const [px, py] = [x + random.between(-0.4, 0.4) * fine, y + random.between(-0.4, 0.4) * fine];
      const at =
        Math.min(height - 1, Math.max(0, Math.round(py))) * width + Math.min(width - 1, Math.max(0, Math.round(px)));
      if (random.next() * 150 < (steep[at] ?? 0) - 16) {
        points.push([px, py]);
      }
    }
  }
  return points;
}

/** Seen at the middle and half way to the corners, so that no corner's own edge decides. */
function meanColour(picture: Pixels, corners: readonly [Place, Place, Place]): Rgb {
  const middle: Place = [
    (corners[0][0] + corners[1][0] + corners[2][0]) / 3,
    (corners[0][1] + corners[1][1] + corners[2][1]) / 3,
  ];
  const places = [middle, ...corners.map(([x, y]): Place => [(x + middle[0]) / 2, (y + middle[1]) / 2])];
  const seen = places.map(([x, y]) => colourAt(picture, x, y));
  const mean = (channel: 0 | 1 | 2): number => seen.reduce((sum, colour) => sum + colour[channel], 0) / seen.length;
  return [mean(0), mean(1), mean(2)];
}
