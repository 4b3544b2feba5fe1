/** A manner of painting that a prompt can ask for: what it does to the palette and, at the end, to the picture. */
import type { Mood } from "../colour-words.ts";
import type { Pixels } from "../pixels.ts";
import type { Stage } from "../stage.ts";

/** A new style is one file beside this and one line in `registry.ts`. */
export interface Style {
  readonly name: string;
  /** Words and phrases, singular, that ask for it. */
  readonly words: readonly string[];
  /** How the colours are bent before anything is painted. */
  readonly mood?: Mood;
  /** Told to the person who waits while `treat` works. */
  readonly phase: string;
  /** Specks over the finished picture; not where cells of one colour are the point. */
  readonly grain: boolean;
  /** Paints the finished picture once more in this manner; the size stays. */
  treat(picture: Pixels, stage: Stage): Promise<Pixels>;
}
