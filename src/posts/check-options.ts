import type { PlatformOption, RuleFault } from "../platforms/rules.ts";

/** A fault of one option. */
export interface OptionFault extends RuleFault {
  readonly option: string;
}

/** What a platform would refuse of the options that a target sets. */
export function optionFaults(
  values: Readonly<Record<string, unknown>>,
  options: readonly PlatformOption[],
  label: string,
): OptionFault[] {
  return Object.entries(values).flatMap(([name, value]): OptionFault[] => {
    const option = options.find((known) => known.name === name);
    const message = option === undefined ? unknownOption(name, options, label) : misfit(value, option, label);
    return message === null
      ? []
      : [{ option: name, code: option === undefined ? "UNKNOWN_OPTION" : "INVALID", message }];
  });
}

function unknownOption(name: string, options: readonly PlatformOption[], label: string): string {
  const known = options.map((option) => option.name).join(", ");
  const allowed = known === "" ? `${label} has no options` : `${label} knows ${known}`;
  return `"${name}" is no option; ${allowed}.`;
}

function misfit(value: unknown, option: PlatformOption, label: string): string | null {
  const wrong = (allowed: string) => `${label}'s option "${option.name}" must be ${allowed}.`;
  switch (option.kind) {
    case "flag":
      return typeof value === "boolean" ? null : wrong("true or false");
    case "choice": {
      const values = option.values.map((choice) => choice.value);
      return typeof value === "string" && values.includes(value) ? null : wrong(`one of ${values.join(", ")}`);
    }
    case "text":
      return isShort(value, option.max) ? null : wrong(`a text of at most ${option.max} characters`);
    case "texts": {
      const fits = Array.isArray(value) && value.length <= option.maxItems;
      const short = fits && value.every((text) => isShort(text, option.max));
      return short ? null : wrong(`at most ${option.maxItems} texts of at most ${option.max} characters`);
    }
  }
}

const isShort = (value: unknown, max: number): boolean => typeof value === "string" && [...value].length <= max;
