/** A thing that can be put into a scene. */
import type { Random } from "../random.ts";
import type { SceneName } from "../scenes/registry.ts";

/** What is known of every subject. */
interface Thing {
  readonly name: string;
  /** Words and phrases, singular. */
  readonly words: readonly string[];
  /** Where it belongs: it stands, floats or flies. */
  readonly place: "ground" | "water" | "air";
  /** Height as a share of the picture's unit, and width as a share of the height. */
  readonly size: number;
  readonly aspect: number;
  /** The scene it suggests when the prompt names none. */
  readonly home: SceneName;
}

/**
 * A silhouette of the renderer's own drawing. Outlines are SVG path data in a box of its own: 100 units high, the foot at
 * y = 0, the top at y = −100, x = 0 in the middle, looking to the right. A new subject is one entry in one of the lists
 * beside this file.
 */
export interface OutlineSubject extends Thing {
  /** Its own colour, mixed into the colour of the near ground: hue, chroma and how much lighter than the ground. */
  readonly tint: { readonly h: number; readonly c: number; readonly lift: number };
  readonly body: string | ((random: Random) => string);
  /** Parts a little darker than the body: an ear, a seam. */
  readonly shade?: string;
  /** Parts much lighter: a chest, a sail, a stripe. */
  readonly pale?: string;
  /** Parts that glow after dark: windows, a lantern, a fire. */
  readonly lit?: string;
  /** It leaps: the water below it is too far away to show it. */
  readonly leaps?: boolean;
  /** A point that sheds light around it after dark, in box units. */
  readonly glow?: { readonly x: number; readonly y: number; readonly radius: number };
}

/** A drawing from the bundled icon set, whose colours are mixed with those of the picture. */
export interface IconSubject extends Thing {
  /** Its name in the set. */
  readonly icon: string;
  /** Where it looks in the set; most look to the left. */
  readonly looks?: "right" | "ahead";
  /** It sheds light around it after dark. */
  readonly shines?: boolean;
}

export type Subject = OutlineSubject | IconSubject;
