/** What is put into a picture, before and after it has its place. */
import type { ColourWord } from "./colour-words.ts";
import type { Subject } from "./subjects/subject.ts";

/** One figure: its foot, its height and which way it looks, in pixels. */
export interface Placement {
  readonly subject: Subject;
  readonly colour: ColourWord | null;
  /** The icon of its face, where head and shoulders are shown. */
  readonly face: string | null;
  readonly place: Subject["place"];
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly flipped: boolean;
  /** Seen from so near that hardly any air lies between. */
  readonly near: boolean;
}

/** Some of one kind. */
export interface SubjectGroup {
  readonly subject: Subject;
  readonly count: number;
  readonly colour: ColourWord | null;
  readonly face: string | null;
}
