/** Options of targets, as inputs made from what each platform declares. */
import { builder } from "../../graphql/builder.ts";
import { platforms } from "../../platforms/registry.ts";
import type { PlatformOption } from "../../platforms/rules.ts";

type InputFields = Parameters<Parameters<typeof builder.inputType>[1]["fields"]>[0];

const withOptions = platforms.filter(({ options }) => options.length > 0);

const typeName = (label: string, rest: string) => `${label.replace(/\W/g, "")}${rest}`;
const pascal = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const constant = (value: string) => value.replace(/\W/g, "_").toUpperCase();

const optionForms = withOptions.map(({ name, label, options }) => {
  const enums = new Map(
    options.flatMap((option) => {
      if (option.kind !== "choice") return [];
      const values = option.values.map(({ value, description }) => [constant(value), { value, description }] as const);
      const enumType = builder.enumType(typeName(label, pascal(option.name)), {
        description: option.description,
        values: Object.fromEntries(values),
      });
      return [[option.name, enumType] as const];
    }),
  );
  const field = (t: InputFields, option: PlatformOption) => {
    const { description } = option;
    const choice = enums.get(option.name);
    if (choice !== undefined) return t.field({ type: choice, description });
    if (option.kind === "flag") return t.boolean({ description });
    return option.kind === "texts" ? t.stringList({ description }) : t.string({ description });
  };
  const form = builder.inputType(typeName(label, "OptionsInput"), {
    description: `What only ${label} has.`,
    fields: (t) => Object.fromEntries(options.map((option) => [option.name, field(t, option)])),
  });
  return { name, label, form };
});

/** Null while no registered platform has options: GraphQL knows no input without fields. */
export const PlatformOptionsInput =
  optionForms.length === 0
    ? null
    : builder.inputType("PlatformOptionsInput", {
        description: "Options of the account's platform: give exactly one.",
        isOneOf: true,
        fields: (t) =>
          Object.fromEntries(
            optionForms.map(({ name, label, form }) => [
              name,
              t.field({ type: form, description: `For accounts on ${label}.` }),
            ]),
          ),
      });
