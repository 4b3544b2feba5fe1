import { generationInput } from "../images/generation-request.ts";
import { type PlanServices, planGeneration } from "../images/plan-generation.ts";
import { NotFoundError, ValidationError, type ValidationIssue } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { type Actor, requireMember } from "../workspaces/require-member.ts";
import type { ScheduleContent } from "./schedule-input.ts";
import { renderTemplate, templateIssues } from "./template.ts";

/** What the pictures of a schedule are asked for with, and what the variables of their prompts are made of. */
type Asked = Pick<ScheduleContent, "name" | "locale" | "pictures">;

/** Any date: it says how long a prompt becomes. */
const someDate = "2026-09-30T12:00:00";

/**
 * What a provider would refuse of the pictures that a schedule generates, so that it is told now and not days before the first date. Nothing where it
 * takes them from the library. The provider is asked for its models, so not inside a transaction. Throws a `NotFoundError` for a style that is not there, and
 * for what the viewer cannot see, a `ForbiddenError` for who may not generate.
 */
export async function generationFaults(
  services: PlanServices,
  viewer: Actor,
  { workspaceId, what }: { readonly workspaceId: string; readonly what: string },
  { name, locale, pictures: { generate } }: Asked,
): Promise<ValidationIssue[]> {
  if (!generate) return [];
  await requireMember(services.db, viewer, { workspaceId, permission: "images:create", what });
  const { promptTemplate, styleId, mostPictures: _most, ...asked } = generate;
  // A prompt that cannot be written is told already.
  if (templateIssues(promptTemplate, { path: [], use: "prompt", locale }).length > 0) return [];
  const at = ["pictures", "generate"];
  try {
    const prompt = renderTemplate(promptTemplate, { local: someDate, locale, counter: 1, schedule: name, title: "" });
    const {
      tags: _tags,
      idempotencyKey: _key,
      styleId: _style,
      ...input
    } = parseInput(generationInput, {
      ...{ ...asked, workspaceId, prompt },
    });
    await planGeneration(services, workspaceId, { ...input, style: styleId ? { styleId } : null });
    return [];
  } catch (error) {
    if (error instanceof NotFoundError) throw new NotFoundError("style in this workspace", [...at, "styleId"]);
    if (!(error instanceof ValidationError)) throw error;
    return error.issues.map(({ path: [field = "", ...rest], ...issue }) => ({
      ...{ ...issue, path: [...at, field === "prompt" ? "promptTemplate" : field, ...rest] },
    }));
  }
}
