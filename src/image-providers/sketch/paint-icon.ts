/** Draws figures from the icon set in the light of their scene, and the busts that a portrait shows of them. */
import type { ColourWord } from "./colour-words.ts";
import { circle, type Drawing, ellipse, n } from "./drawing.ts";
import { type Icon, iconNamed, recoloured, silhouette } from "./icons.ts";
import { hex, lighter, mix, type Oklch, oklch } from "./oklch.ts";
import type { Placement } from "./placement.ts";
import type { Stage } from "./stage.ts";
import type { IconSubject } from "./subjects/subject.ts";

/** An icon of a height with its foot at (x, y). */
export function paintIcon(drawing: Drawing, stage: Stage, placement: Placement, subject: IconSubject): void {
  const looks = subject.looks ?? "left";
  const mirrored = looks !== "ahead" && placement.flipped === (looks === "right");
  const figure = { ...placement, icon: iconNamed(subject.icon), mirrored };
  if (placement.place === "water") {
    drawing.add(`<g opacity="0.28">${iconMarkup(stage, figure, true)}</g>`);
  }
  drawing.add(iconMarkup(stage, figure, false));
}

interface IconFigure {
  readonly icon: Icon;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly colour: ColourWord | null;
  readonly place: Placement["place"];
  readonly mirrored: boolean;
  readonly near: boolean;
}

function iconMarkup(stage: Stage, figure: IconFigure, upsideDown: boolean): string {
  const { icon, x, y, height, colour, mirrored } = figure;
  const { palette, light, unit } = stage;
  const scale = height / (icon.bottom - icon.top);
  const across = mirrored ? -scale : scale;
  const side = light.x > x ? 1 : -1;
  const shift = Math.min(unit * 0.0032, height * 0.02);
  const place = (dx: number, dy: number): string =>
    `translate(${n(x + dx)} ${n(y + dy)}) scale(${across.toFixed(4)} ${(upsideDown ? -scale * 0.8 : scale).toFixed(4)}) ` +
    `translate(${n(-(icon.left + icon.right) / 2)} ${n(-icon.bottom)})`;
  const rim = mix(palette.light, palette.haze, palette.dark ? 0.45 : 0.15);
  return (
    `<g transform="${place(side * shift, -shift * 0.6)}" opacity="0.8">${silhouette(icon, rim)}</g>` +
    `<g transform="${place(0, 0)}">${recoloured(icon, (own) => inTheLight(stage, own, colour, figure))}</g>`
  );
}

/** A flat colour as it looks in this light: nearer to the ground's, and to the colour that was asked for. */
function inTheLight(
  { palette, horizon, height }: Stage,
  flat: Oklch,
  said: ColourWord | null,
  { place, x, y, near }: Pick<IconFigure, "place" | "x" | "y" | "near">,
): Oklch {
  const depth = place === "air" ? 0.75 : place === "water" ? 0.7 + 0.25 * ((y - horizon) / (height - horizon)) : 1;
  const asked =
    said === null || flat.l < 0.3 || flat.l > 0.975
      ? flat
      : oklch(
          Math.min(0.95, flat.l + said.lift * 1.4),
          Math.max(flat.c * 0.8, 0.09) * said.chroma,
          said.h + (flat.h % 14) - 7,
        );
  // No two of a kind have quite the same colour.
  const own = Math.sin(x * 12.9 + y);
  const [l, h] = [asked.l + own * 0.018, asked.h + own * 5];
  const dimmed = palette.dark
    ? oklch(l * (near ? 0.9 : 0.78), asked.c * 0.9, h)
    : oklch(l * 0.98, asked.c * (near ? 0.95 : 0.88), h);
  return mix(palette.tone(dimmed), palette.foliage(depth), (palette.dark ? 0.22 : 0.13) * (near ? 0.4 : 1));
}

/** A head on dressed shoulders; `height` is that of both together. */
export function paintBust(drawing: Drawing, stage: Stage, placement: Placement, face: string, index: number): void {
  const { x, y, height, colour } = placement;
  const { palette } = stage;
  const random = stage.random(`bust ${index}`);
  const u = height / 100;
  const hue = colour?.h ?? random.pick([20, 265, 155, 300, 235, 345]);
  const cloth = mix(palette.tone(oklch(palette.dark ? 0.27 : 0.37, 0.11, hue)), palette.near, 0.1);
  const at = (dx: number, dy: number): string => `${n(x + dx * u)} ${n(y + dy * u)}`;
  const shoulders = `M${at(-64, 12)}C${at(-62, -20)} ${at(-48, -38)} ${at(-20, -46)}L${at(20, -46)}C${at(48, -38)} ${at(62, -20)} ${at(64, 12)}z`;
  const side = stage.light.x > x ? 1 : -1;
  drawing.fill(
    shoulders,
    drawing.linear({ x: x + side * 55 * u, y: y - 30 * u }, { x: x - side * 40 * u, y }, [
      { at: 0, colour: lighter(mix(cloth, palette.light, 0.2), 0.06) },
      { at: 0.5, colour: cloth },
      { at: 1, colour: lighter(cloth, -0.09) },
    ]),
  );
  const dress = random.pick([ruff, bow, scarf, medal]);
  const icon = iconNamed(face);
  const head = {
    icon,
    x,
    y: y - 37 * u,
    height: 58 * u,
    colour: null,
    place: "ground",
    mirrored: false,
    near: true,
  } as const;
  const collar = dress({ drawing, stage, x, y: y - 9 * u, u, hue });
  drawing.fill(ellipse(x, y - 40 * u, 25 * u, 6 * u), lighter(cloth, -0.16), 0.5);
  drawing.add(iconMarkup(stage, head, false));
  collar();
}

interface Dress {
  readonly drawing: Drawing;
  readonly stage: Stage;
  readonly x: number;
  readonly y: number;
  /** A hundredth of the bust's height. */
  readonly u: number;
  readonly hue: number;
}

/** Each paints what lies below the head and answers what lies above it. */
type Dresser = (dress: Dress) => () => void;

const ruff: Dresser = ({ drawing, stage, x, y, u }) => {
  const linen = mix(stage.palette.tone(oklch(stage.palette.dark ? 0.72 : 0.95, 0.015, 85)), stage.palette.haze, 0.1);
  for (const [dy, rx, ry, tone] of [
    [-32, 43, 12, -0.1],
    [-33, 41, 10.5, 0],
    [-34, 34, 8, -0.07],
  ] as const) {
    let frill = "";
    for (let pleat = 0; pleat < 26; pleat++) {
      const angle = (pleat / 26) * Math.PI * 2;
      frill += circle(x + Math.cos(angle) * rx * u, y + (dy + Math.sin(angle) * ry) * u, 5.2 * u);
    }
    drawing.fill(frill + ellipse(x, y + dy * u, rx * u, ry * u), lighter(linen, tone));
  }
  return () => buttons({ drawing, stage, x, y, u, hue: 0 });
};

const bow: Dresser = ({ drawing, stage, x, y, u, hue }) => {
  const { palette } = stage;
  const linen = palette.tone(oklch(palette.dark ? 0.7 : 0.94, 0.015, 85));
  const silk = palette.tone(oklch(palette.dark ? 0.45 : 0.58, 0.17, hue + 150));
  const at = (dx: number, dy: number): string => `${n(x + dx * u)} ${n(y + dy * u)}`;
  drawing.fill(`M${at(-17, -38)}L${at(17, -38)}L${at(0, 6)}z`, linen);
  return () => {
    drawing.fill(
      `M${at(0, -27)}C${at(-8, -38)} ${at(-24, -38)} ${at(-25, -33)}L${at(-25, -20)}C${at(-24, -15)} ${at(-8, -17)} ${at(0, -27)}z`,
      silk,
    );
    drawing.fill(
      `M${at(0, -27)}C${at(8, -38)} ${at(24, -38)} ${at(25, -33)}L${at(25, -20)}C${at(24, -15)} ${at(8, -17)} ${at(0, -27)}z`,
      lighter(silk, -0.05),
    );
    drawing.fill(ellipse(x, y - 27 * u, 5.5 * u, 6.5 * u), lighter(silk, 0.07));
  };
};

const scarf: Dresser = ({ drawing, stage, x, y, u, hue }) => {
  const { palette } = stage;
  const wool = palette.tone(oklch(palette.dark ? 0.48 : 0.62, 0.15, hue + 170));
  const at = (dx: number, dy: number): string => `${n(x + dx * u)} ${n(y + dy * u)}`;
  return () => {
    drawing.fill(`M${at(8, -30)}L${at(26, -30)}L${at(31, 6)}L${at(10, 8)}z`, lighter(wool, -0.05));
    drawing.fill(
      `M${at(-32, -37)}C${at(-18, -29)} ${at(18, -29)} ${at(32, -37)}C${at(40, -31)} ${at(38, -24)} ${at(32, -20)}C${at(16, -13)} ${at(-16, -13)} ${at(-32, -20)}C${at(-38, -24)} ${at(-40, -31)} ${at(-32, -37)}z`,
      wool,
    );
    for (const dx of [-26, -13, 0, 13, 26]) {
      drawing.add(
        `<path d="M${at(dx, -31)}L${at(dx - 3, -17)}" stroke="${hex(lighter(wool, 0.14))}" stroke-width="${n(4 * u)}" stroke-opacity="0.8"/>`,
      );
    }
  };
};

const medal: Dresser = (dress) => {
  const { drawing, stage, x, y, u, hue } = dress;
  const { palette } = stage;
  const fur = mix(palette.tone(oklch(palette.dark ? 0.62 : 0.88, 0.03, 75)), palette.haze, 0.1);
  let tufts = "";
  for (let tuft = 0; tuft <= 16; tuft++) {
    const t = tuft / 16;
    tufts += circle(x + (t * 2 - 1) * 50 * u, y + (-34 + 26 * (1 - Math.sin(t * Math.PI)) ** 0.8 - 1) * u, 9 * u);
  }
  drawing.fill(tufts, fur);
  return () => {
    const gold = palette.tone(oklch(palette.dark ? 0.62 : 0.8, 0.13, 84));
    drawing.add(
      `<path d="M${n(x - 26 * u)} ${n(y - 30 * u)}Q${n(x)} ${n(y + 2 * u)} ${n(x + 26 * u)} ${n(y - 30 * u)}" fill="none" stroke="${hex(gold)}" stroke-width="${n(2.4 * u)}" stroke-dasharray="${n(3 * u)} ${n(1.2 * u)}"/>`,
    );
    drawing.fill(circle(x, y - 11 * u, 7 * u), lighter(gold, -0.12));
    drawing.fill(circle(x, y - 11.6 * u, 6 * u), gold);
    drawing.fill(circle(x, y - 11.6 * u, 3 * u), palette.tone(oklch(0.5, 0.16, hue + 120)));
  };
};

function buttons({ drawing, stage, x, y, u }: Dress): void {
  const gold = stage.palette.tone(oklch(stage.palette.dark ? 0.62 : 0.8, 0.12, 84));
  for (const dy of [-12, -3, 6]) {
    drawing.fill(circle(x, y + dy * u, 2.2 * u), gold);
  }
}
