/** Every subject the renderer can draw. */
import { animals } from "./animals.ts";
import { buildings } from "./buildings.ts";
import { iconAnimals } from "./icon-animals.ts";
import { iconThings } from "./icon-things.ts";
import { plants } from "./plants.ts";
import type { Subject } from "./subject.ts";
import { vessels } from "./vessels.ts";

export const subjects = [...animals, ...buildings, ...plants, ...vessels, ...iconAnimals, ...iconThings] as const;

export type SubjectName = (typeof subjects)[number]["name"];

/** The drawing of a name. */
export function subjectNamed(name: SubjectName): Subject {
  const subject = subjects.find((candidate) => candidate.name === name);
  if (subject === undefined) {
    throw new Error(`No subject is called ${name}.`);
  }
  return subject;
}
