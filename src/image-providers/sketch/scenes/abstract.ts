/** No place at all: ribbons, discs or arcs in the picture's colours, when the prompt names nothing that can be drawn. */
import { blend, circle, type Drawing, fadeOut, n, polyline, rectangle } from "../drawing.ts";
import { abstractTones, paintBlooms, paintCurrents } from "../elements/ornaments.ts";
import { hex, lighter, mix } from "../oklch.ts";
import { createNoise } from "../random.ts";
import type { Composition, Scene, Stage } from "../stage.ts";

export const abstract = {
  name: "abstract",
  words: ["abstract", "pattern", "geometric", "shape", "texture", "wallpaper", "background", "gradient"],
  horizon: [0.6, 0.7],
  times: ["dawn", "golden", "dusk", "day", "twilight"],
  ground: { h: 290, c: 0.09, lift: 0 },
  compose,
} as const satisfies Scene;

const variants = {
  ribbons: paintRibbons,
  discs: paintDiscs,
  arcs: paintArcs,
  currents: paintCurrents,
  blooms: paintBlooms,
};

function compose(stage: Stage): Composition {
  const variant = stage.random("variant").pick(Object.values(variants));
  return {
    behind: [
      { phase: "Washing in the ground", paint: (drawing) => paintGround(drawing, stage) },
      { phase: "Composing the forms", paint: (drawing) => variant(drawing, stage) },
    ],
    shore: [],
    front: [],
    ground: () => stage.height * 0.88,
    standing: [0.1, 0.9],
    water: null,
    air: { top: stage.height * 0.12, bottom: stage.height * 0.6 },
  };
}

function paintGround(drawing: Drawing, stage: Stage): void {
  const { width, height, palette, light, unit } = stage;
  const random = stage.random("ground");
  const tilt = random.between(-0.4, 0.4) * width;
  drawing.fill(
    rectangle(0, 0, width, height),
    drawing.linear({ x: width / 2 - tilt, y: 0 }, { x: width / 2 + tilt, y: height }, blend(palette.sky)),
  );
  drawing.fill(rectangle(0, 0, width, height), drawing.radial(light, unit * 0.9, fadeOut(palette.light, 0.7)));
}

/** Bands that flow from edge to edge, each with its own gradient and a soft shadow. */
function paintRibbons(drawing: Drawing, stage: Stage): void {
  const { width, height, unit } = stage;
  const random = stage.random("ribbons");
  const noise = createNoise(random);
  const colours = abstractTones(stage);
  const count = random.integer(9, 13);
  const turn = random.between(-0.5, 0.5);
  for (let ribbon = 0; ribbon < count; ribbon++) {
    const base = height * (0.12 + (0.98 * ribbon) / count);
    const points = [];
    for (let x = -unit * 0.1; x <= width + unit * 0.1; x += unit * 0.015) {
      const wave =
        noise(x / (unit * 0.62) + ribbon * 0.23) * unit * 0.19 +
        noise(70 + x / (unit * 1.4) + ribbon * 0.1) * unit * 0.15;
      points.push({ x, y: base + wave + (x - width / 2) * turn * 0.5 });
    }
    const area = `${polyline(points)}V${n(height * 2 + unit)}H${n(-unit * 0.1)}z`;
    const first = colours[ribbon % colours.length] ?? stage.palette.haze;
    const second = random.pick(colours);
    const shade = hex(lighter(stage.palette.near, -0.05));
    for (const [lift, opacity] of [
      [0.02, 0.05],
      [0.012, 0.07],
      [0.005, 0.09],
    ] as const) {
      drawing.add(
        `<path d="${area}" fill="${shade}" fill-opacity="${opacity}" transform="translate(0 ${n(-unit * lift)})"/>`,
      );
    }
    drawing.fill(
      area,
      drawing.linear(
        { x: 0, y: base - unit * 0.2 },
        { x: width, y: base + unit * 0.25 },
        blend([first, mix(first, second, 0.7), second]),
      ),
    );
  }
}

/** Overlapping translucent discs, large to small. */
function paintDiscs(drawing: Drawing, stage: Stage): void {
  const { width, height, unit } = stage;
  const random = stage.random("discs");
  const colours = abstractTones(stage);
  const count = Math.round(26 * Math.min(2.5, Math.max(width, height) / unit));
  for (let disc = 0; disc < count; disc++) {
    const radius = unit * (0.36 * (1 - disc / count) ** 1.6 + 0.018) * random.between(0.6, 1.15);
    const [x, y] = [random.between(-0.05, 1.05) * width, random.between(-0.05, 1.05) * height];
    const colour = random.pick(colours);
    const edge = { x: x - radius, y: y - radius };
    const paint = drawing.linear(edge, { x: x + radius, y: y + radius }, [
      { at: 0, colour: lighter(colour, 0.06), opacity: 0.85 },
      { at: 1, colour, opacity: 0.2 },
    ]);
    drawing.fill(circle(x, y, radius), paint);
    if (random.chance(0.3)) {
      drawing.add(
        `<path d="${circle(x, y, radius * 1.16)}" fill="none" stroke="${hex(lighter(colour, 0.1))}" stroke-opacity="0.5" stroke-width="${n(unit * 0.0025)}"/>`,
      );
    }
  }
}

/** Concentric arches that rise from the lower edge, like hills drawn with a compass. */
function paintArcs(drawing: Drawing, stage: Stage): void {
  const { width, height, unit } = stage;
  const random = stage.random("arcs");
  const colours = abstractTones(stage);
  const rows = Math.ceil(height / (unit * 0.17)) + 1;
  for (let row = 0; row < rows; row++) {
    const size = unit * (0.2 + 0.05 * row);
    const y = height * 0.3 + ((height * 0.85) / rows) * row + unit * 0.05;
    const start = random.between(-1, 0) * size;
    for (let x = start; x < width + size; x += size * random.between(1.3, 1.9)) {
      const first = random.integer(0, colours.length - 1);
      const rings = random.integer(4, 6);
      for (let ring = 0; ring < rings; ring++) {
        const colour = colours[(first + ring) % colours.length] ?? stage.palette.haze;
        const paint = drawing.linear({ x, y: y - size }, { x, y: y + size * 0.5 }, [
          { at: 0, colour: lighter(colour, 0.03) },
          { at: 1, colour: mix(colour, stage.palette.near, 0.25) },
        ]);
        drawing.fill(circle(x, y, size * (1 - ring / rings)), paint);
      }
    }
  }
}
