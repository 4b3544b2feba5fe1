/** What scenes paint on: the size, the light, the palette and the chance of one picture, and the layers they answer with. */
import type { Drawing, Point } from "./drawing.ts";
import type { Palette } from "./palette.ts";
import type { Pixels } from "./pixels.ts";
import type { Random } from "./random.ts";
import type { TimeOfDay, Weather } from "./sky-words.ts";

/** Where the light comes from, in pixels; how many discs are drawn is the plan's matter. */
export interface Light extends Point {
  readonly kind: "sun" | "moon";
  readonly radius: number;
  /** Discs to draw: 0 hides it, 2 is a picture with two moons. */
  readonly count: number;
}

/** One picture's circumstances. Lengths are pixels. */
export interface Stage {
  readonly width: number;
  readonly height: number;
  /** The length that drawn things scale with: close to the shorter side, so that nothing is stretched. */
  readonly unit: number;
  /** How near the subjects are: 1 is usual, more for a close-up. */
  readonly closeness: number;
  /** Where the sky meets the land or the water. */
  readonly horizon: number;
  readonly palette: Palette;
  readonly light: Light;
  readonly weather: Weather;
  /** Snow lies on the ground. */
  readonly wintry: boolean;
  /** How much of the stars is seen, from 0 to 1. */
  readonly stars: number;
  readonly aurora: boolean;
  /** A stream of its own for each named layer, so that a new layer disturbs no other. */
  random(layer: string): Random;
  /** False for what the prompt or the negative prompt rules out ("tree", "cloud", "star" …). */
  allows(thing: string): boolean;
  /** Whether the prompt names a thing that a scene draws by itself ("lake", "pier", "snow" …). */
  wants(thing: string): boolean;
}

/** How a layer lies on what is below it. */
export type LayerBlend = "over" | "screen" | "soft-light";

/** One step of painting; `phase` is told to the person who waits. */
export type Layer = PaintedLayer | MirrorLayer | TreatmentLayer;

export interface PaintedLayer {
  readonly phase: string;
  readonly paint: (drawing: Drawing, stage: Stage) => void;
  readonly blend?: LayerBlend;
  /** Painted at a quarter of the resolution and enlarged: for mist, clouds and glows, whose filters cost too much in full. */
  readonly soft?: boolean;
}

/** Everything painted so far above `waterline`, upside down below it. */
export interface MirrorLayer {
  readonly phase: string;
  readonly mirror: { readonly waterline: number };
}

/** The whole picture so far, painted once more in a style; nothing is painted after it. */
export interface TreatmentLayer {
  readonly phase: string;
  readonly treat: (picture: Pixels, stage: Stage) => Promise<Pixels>;
}

/** A scene laid out for one stage: what is painted, and where subjects may be put between its layers. */
export interface Composition {
  /** Painted before the subjects, the farthest first. */
  readonly behind: readonly Layer[];
  /** Painted after what floats and flies, before what stands: the near bank. */
  readonly shore: readonly Layer[];
  /** Painted after the subjects: grass at their feet, a frame of branches. */
  readonly front: readonly Layer[];
  /** The height (y) of the ground on which things stand. */
  readonly ground: (x: number) => number;
  /** Where things may stand along x, as shares of the width. */
  readonly standing: readonly [number, number];
  /** Rows (y), and shares of the width, between which things float; null when the scene has no water. */
  readonly water: { readonly top: number; readonly bottom: number; readonly from: number; readonly to: number } | null;
  /** Rows (y) between which things fly. */
  readonly air: { readonly top: number; readonly bottom: number };
  /** What floats elsewhere swims here, between the rows of the air. */
  readonly immersed?: boolean;
  /**
   * Where things are seen from near they stand close together rather than in a row, the tall ones behind. `height` is the
   * most that one may have, in pixels; `magnify` multiplies their own heights, null gives all of them that height.
   */
  readonly group?: { readonly height: number; readonly magnify: number | null };
  /** Everything is within a few steps: no air lies over the colours. */
  readonly near?: boolean;
  /** They stand on nothing that is seen: no shadows. */
  readonly bareGround?: boolean;
}

/** One kind of picture. A new scene is one file and one line in `scenes/registry.ts`. */
export interface Scene {
  readonly name: string;
  /** Words and phrases, singular, that ask for it; words that name a feature of it are passed on to `Stage.wants`. */
  readonly words: readonly string[];
  /** Where the horizon lies, as a share of the height from the top: the lowest and highest value. */
  readonly horizon: readonly [number, number];
  /** Times of day that suit it when the prompt names none. */
  readonly times: readonly TimeOfDay[];
  /** Hue (degrees) and chroma of its near ground by daylight, and how much lighter than usual that is. */
  readonly ground: { readonly h: number; readonly c: number; readonly lift: number };
  /** No weather falls here. */
  readonly sheltered?: boolean;
  /** Subjects by name, some of which chance picks when the prompt names none. */
  readonly cast?: readonly string[];
  /** Of subjects that have a face, head and shoulders are shown. */
  readonly busts?: boolean;
  /** Subjects are seen from so near that drawings with detail take the place of silhouettes. */
  readonly detailed?: boolean;
  /** Changes the colours that the time of day gave. */
  readonly relight?: (palette: Palette) => Palette;
  compose(stage: Stage): Composition;
}
