import type { InputImage } from "../../provider.ts";
import { createDrawing } from "../drawing.ts";
import type { PictureStart } from "../plan-picture.ts";
import { mixPictures } from "./mix-pictures.ts";
import { readLayout, readStart } from "./read-start.ts";

/** How far a sketch goes from the picture to start from where nobody says. */
const usualStrength = 0.6;

/** What a sketch that starts from a picture is made with; null where the picture cannot be read. */
export async function startFrom(
  { bytes, strength = usualStrength }: InputImage,
  size: { readonly width: number; readonly height: number },
): Promise<PictureStart | null> {
  const pixels = await readStart(bytes, size);
  if (pixels === null) return null;
  return {
    strength,
    // The light is where it was until little of the picture is left: it would be seen twice.
    guide: await readLayout(pixels, Math.min(1, 1.6 * (1 - strength))),
    mixing: (paintSubjects) => ({
      phase: "Painting over the picture",
      treat: (drawing, stage) => {
        const subjects = createDrawing();
        paintSubjects(subjects);
        return mixPictures({ start: pixels, drawing, strength, subjects }, stage);
      },
    }),
  };
}
