/**
 * Texts with variables: `Week {week}: {title}`. What stands in braces is replaced for each occurrence, by its own local date;
 * `{{` and `}}` are braces. Nothing is evaluated, and what is put in is not looked at again.
 */
import { Temporal } from "temporal-polyfill";
import type { ValidationIssue } from "../infra/errors.ts";
import type { LocalDateTime } from "../infra/time/local-time.ts";
import { knowsSeasons, seasonLanguages, seasonOf } from "./seasons.ts";

/** What the variables of one occurrence are made of. */
export interface TemplateFacts {
  /** Its date in the schedule's zone. */
  readonly local: LocalDateTime;
  readonly locale: string;
  readonly counter: number;
  readonly schedule: string;
  /** The picture's title; empty where it has none, or there is none yet. */
  readonly title: string;
}

const written = (facts: TemplateFacts, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(facts.locale, { timeZone: "UTC", ...options }).format(new Date(`${facts.local}Z`));

const plain = ({ local }: TemplateFacts) => Temporal.PlainDateTime.from(local);

const variables: Readonly<Record<string, (facts: TemplateFacts) => string>> = {
  date: (facts) => written(facts, { dateStyle: "long" }),
  "date:short": (facts) => written(facts, { dateStyle: "short" }),
  "date:medium": (facts) => written(facts, { dateStyle: "medium" }),
  "date:long": (facts) => written(facts, { dateStyle: "long" }),
  "date:full": (facts) => written(facts, { dateStyle: "full" }),
  "date:iso": ({ local }) => local.slice(0, 10),
  time: (facts) => written(facts, { timeStyle: "short" }),
  weekday: (facts) => written(facts, { weekday: "long" }),
  "weekday:short": (facts) => written(facts, { weekday: "short" }),
  day: (facts) => `${plain(facts).day}`,
  month: (facts) => written(facts, { month: "long" }),
  "month:short": (facts) => written(facts, { month: "short" }),
  "month:number": (facts) => `${plain(facts).month}`,
  year: (facts) => `${plain(facts).year}`,
  week: (facts) => `${plain(facts).weekOfYear}`,
  season: (facts) => seasonOf(plain(facts).month, facts.locale, "north"),
  "season:south": (facts) => seasonOf(plain(facts).month, facts.locale, "south"),
  counter: ({ counter }) => `${counter}`,
  schedule: ({ schedule }) => schedule,
  title: ({ title }) => title,
};

/** What a template is for: a prompt is written before there is a picture, which could have a title. */
export type TemplateUse = "caption" | "prompt";

/** The variables that a template may hold, as they are written. */
export const variablesFor = (use: TemplateUse): string[] =>
  Object.keys(variables)
    .filter((name) => use === "caption" || name !== "title")
    .map((name) => `{${name}}`);

const marks = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** Everything that is wrong with a template; empty when nothing is. */
export function templateIssues(
  text: string,
  { path, use, locale }: { readonly path: readonly string[]; readonly use: TemplateUse; readonly locale: string },
): ValidationIssue[] {
  const allowed = variablesFor(use);
  return [...new Set([...text.matchAll(marks)].map(([mark]) => mark))].flatMap((mark): ValidationIssue[] => {
    if (mark === "{{" || mark === "}}") return [];
    if (mark === "{" || mark === "}") {
      const message = `A brace "${mark}" stands alone. Write "${mark}${mark}" for a brace, or one of ${allowed.join(", ")}.`;
      return [{ path, code: "LONELY_BRACE", message }];
    }
    if (!allowed.includes(mark)) {
      const message = `"${mark.slice(0, 60)}" is no variable of a ${use}. Allowed: ${allowed.join(", ")}. Write "{{" for a brace.`;
      return [{ path, code: "UNKNOWN_VARIABLE", message }];
    }
    if (!mark.startsWith("{season") || knowsSeasons(locale)) return [];
    const message = `We have no names of seasons for the locale "${locale}", only for ${seasonLanguages.join(", ")}. Write the season out, or choose another locale.`;
    return [{ path, code: "NO_SEASON_NAMES", message }];
  });
}

/** The text of one occurrence. The template was checked when it was written. */
export function renderTemplate(text: string, facts: TemplateFacts): string {
  return text.replaceAll(marks, (mark: string, name: string | undefined) => {
    if (mark === "{{") return "{";
    if (mark === "}}") return "}";
    const variable = name === undefined ? undefined : variables[name];
    return variable === undefined ? mark : variable(facts);
  });
}
