/** `npm run check`: everything that can be known about the code without running it. Each step can fail; see its test. */
import { type CheckStep, checkSteps } from "./check-steps.ts";
import { createProgress } from "./progress.mjs";

/** Steps that run at the same time; more would only make each other slower on a small machine. */
const atOnce = 2;

interface Failure {
  readonly step: CheckStep;
  readonly found: string;
}

/** Runs the named steps, or all of them, to the end even when one fails. Answers 0 when all passed, 2 for an unknown name. */
export async function check(parameters: string[]): Promise<number> {
  const progress = createProgress();
  const unknown = parameters.filter((name) => !checkSteps.some((step) => step.name === name));
  if (unknown.length > 0) {
    progress.say(
      `There is no check "${unknown.join('", "')}". Checks: ${checkSteps.map((step) => step.name).join(", ")}.`,
    );
    return 2;
  }
  const waiting = checkSteps.filter((step) => parameters.length === 0 || parameters.includes(step.name));
  const failures: Failure[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { name, title, run } = step;
      try {
        await progress.step(`${name}: ${title}`, run, (note) => note);
      } catch (error) {
        failures.push({ step, found: error instanceof Error ? error.message : String(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  for (const { step, found } of failures) progress.say(`\n── ${step.name} ──\n${found.trim()}\n→ ${step.remedy}`);
  if (failures.length === 0) return 0;
  const names = failures.map(({ step }) => step.name);
  progress.say(`\nFailed: ${names.join(", ")}. Again, only these: npm run check -- ${names.join(" ")}`);
  return 1;
}
