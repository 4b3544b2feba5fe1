import type { Occurrence } from "../generated/prisma/client.ts";
import type { LockedSchedule } from "./find-schedule.ts";
import { targetsOf } from "./read-content.ts";
import { renderTemplate, type TemplateFacts } from "./template.ts";

type Dated = Pick<Occurrence, "localTime" | "movedTo" | "captionTemplate">;

/** What the variables of an occurrence are made of. */
export const factsOf = (
  { locale, name }: Pick<LockedSchedule, "locale" | "name">,
  { localTime, movedTo }: Pick<Occurrence, "localTime" | "movedTo">,
  { counter, title }: Pick<TemplateFacts, "counter" | "title">,
): TemplateFacts => ({ local: movedTo ?? localTime, locale, counter, schedule: name, title });

/** The texts of an occurrence's post and where it goes. A text of the occurrence's own is for all accounts. */
export function writePost(
  schedule: LockedSchedule,
  occurrence: Dated,
  words: Pick<TemplateFacts, "counter" | "title">,
) {
  const facts = factsOf(schedule, occurrence, words);
  const own = occurrence.captionTemplate;
  return {
    caption: renderTemplate(own ?? schedule.captionTemplate, facts),
    targets: targetsOf(schedule).map(({ captionTemplate, ...target }) => ({
      ...target,
      caption: own !== null || !captionTemplate ? null : renderTemplate(captionTemplate, facts),
    })),
  };
}
