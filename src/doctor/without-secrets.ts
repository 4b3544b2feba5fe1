import type { Config } from "../config.ts";
import type { Finding } from "./finding.ts";

/** Shorter texts are words that a sentence may have for other reasons. */
const shortest = 6;

/**
 * Takes every secret of the settings out of what is shown. No finding should have one; what a foreign system says of an error
 * is repeated here and there, and might.
 */
export function withoutSecrets({ values }: Pick<Config, "values">, findings: readonly Finding[]): Finding[] {
  const secrets = Object.entries(values).flatMap(([name, value]) => secretsIn(name, value));
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "•••"), text);
  return findings.map(({ found, advice, ...rest }) => ({
    ...rest,
    found: clean(found),
    advice: advice === null ? null : clean(advice),
  }));
}

function secretsIn(name: string, value: unknown): string[] {
  if (typeof value !== "string") return [];
  const texts = /KEY|SECRET|TOKEN|PASSWORD|AUTH/.test(name) ? [value, ...value.split(":")] : passwordIn(value);
  return texts.filter((text) => text.length >= shortest);
}

function passwordIn(value: string): string[] {
  if (!value.includes("@") || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  return [password, decodeURIComponent(password)];
}
