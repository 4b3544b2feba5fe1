/** Decides who and what is in a picture: what the prompt names, or some of the scene's own. */
import type { SubjectGroup } from "./placement.ts";
import type { NamedSubject, PromptReading } from "./prompt-reader.ts";
import type { Random } from "./random.ts";
import type { Scene } from "./stage.ts";
import { detailFor, faceFor } from "./subjects/faces.ts";
import { subjectNamed, subjects } from "./subjects/registry.ts";
import type { Subject } from "./subjects/subject.ts";

/** The groups of a picture, in the order in which the prompt names them. */
export function castPicture(reading: PromptReading, scene: Scene, random: (layer: string) => Random): SubjectGroup[] {
  if (reading.subjects.length === 0) {
    return ownCast(reading, scene, random("cast"));
  }
  return reading.subjects.map((named) => ({
    subject: drawingOf(named, scene),
    count: named.count ?? random(`count ${named.name}`).integer(3, 5),
    colour: named.colour,
    face: scene.busts === true ? faceFor(named.word) : null,
  }));
}

function drawingOf({ name, word }: Pick<NamedSubject, "name" | "word">, scene: Scene): Subject {
  const subject = subjectNamed(name);
  const icon = scene.detailed === true ? detailFor(word) : null;
  if (icon === null) {
    return subject;
  }
  const { words, place, size, home } = subject;
  return { name, words, place, size, home, aspect: 1, icon };
}

function ownCast(reading: PromptReading, scene: Scene, chance: Random): SubjectGroup[] {
  const left = subjects.filter(({ name }) => scene.cast?.includes(name) === true && !reading.excluded.has(name));
  const wanted = scene.busts === true ? 1 : chance.integer(4, 5);
  const chosen: SubjectGroup[] = [];
  while (left.length > 0 && chosen.length < wanted) {
    const [subject] = left.splice(chance.integer(0, left.length - 1), 1);
    if (subject !== undefined) {
      const count = scene.busts !== true && subject.size < 0.16 ? chance.integer(1, 3) : 1;
      chosen.push({ subject, count, colour: null, face: scene.busts === true ? faceFor(subject.name) : null });
    }
  }
  return chosen;
}
