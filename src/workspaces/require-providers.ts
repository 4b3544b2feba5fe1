import { ValidationError, type ValidationIssue } from "../infra/errors.ts";

/** The image providers that a workspace asks. */
export interface ProviderChoice {
  /** Asked where a request names none; null: the server's first. */
  readonly defaultProvider: string | null;
  /** Asked in this order where the provider of a request cannot. */
  readonly fallbackProviders: readonly string[];
}

/**
 * Makes sure that what changes in a choice is on offer, and that no provider is asked twice. What stays as it was is left alone,
 * so that a provider which the operator took away keeps nobody from changing the rest. Throws a `ValidationError` otherwise.
 */
export function requireProviders(offered: readonly string[], before: ProviderChoice, choice: ProviderChoice): void {
  const { defaultProvider, fallbackProviders } = choice;
  const issues: ValidationIssue[] = [];
  const changesDefault = defaultProvider !== before.defaultProvider;
  if (changesDefault && defaultProvider !== null && !offered.includes(defaultProvider)) {
    issues.push(unknownProvider(["defaultProvider"], defaultProvider, offered));
  }
  if (!sameList(fallbackProviders, before.fallbackProviders)) {
    issues.push(...fallbackIssues(offered, choice));
  } else if (changesDefault && defaultProvider !== null && fallbackProviders.includes(defaultProvider)) {
    const message = `"${defaultProvider}" is in the list of fallbacks. Pass \`fallbackProviders\` without it as well.`;
    issues.push({ path: ["defaultProvider"], code: "DUPLICATE", message });
  }
  if (issues.length > 0) throw new ValidationError(issues);
}

function fallbackIssues(offered: readonly string[], { defaultProvider, fallbackProviders }: ProviderChoice) {
  return fallbackProviders.flatMap((name, index): ValidationIssue[] => {
    const path = ["fallbackProviders", String(index)];
    if (!offered.includes(name)) return [unknownProvider(path, name, offered)];
    if (name === defaultProvider) {
      const message = `"${name}" is the default: it is asked before all others. Leave it out of the fallbacks.`;
      return [{ path, code: "DUPLICATE", message }];
    }
    if (fallbackProviders.indexOf(name) === index) return [];
    return [{ path, code: "DUPLICATE", message: `"${name}" is in the list twice. Name each provider once.` }];
  });
}

function unknownProvider(path: readonly string[], name: string, offered: readonly string[]): ValidationIssue {
  const available = offered.length === 0 ? "none is configured" : offered.join(", ");
  const message = `There is no image provider ${JSON.stringify(name)} on this server. Available: ${available}.`;
  return { path: [...path], code: "UNKNOWN_PROVIDER", message };
}

/** Whether two lists name the same providers in the same order. */
export const sameList = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((name, index) => name === second[index]);
