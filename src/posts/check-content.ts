import type { ValidationIssue } from "../infra/errors.ts";
import { unreachableBecause } from "../infra/public-reach.ts";
import type { PlatformDefinition } from "../platforms/platform.ts";
import { platformNamed, rulesOf } from "../platforms/registry.ts";
import type { PlatformRules, RuleFault } from "../platforms/rules.ts";
import { remoteAccount } from "../social-accounts/remote-account.ts";
import { optionFaults } from "./check-options.ts";
import { fittedPictures } from "./fitted-pictures.ts";
import { effectiveCaption, effectiveImages, effectiveOptions, type TargetContent } from "./post-content.ts";

/** Accounts in these states take posts. */
const publishable = ["ACTIVE", "EXPIRING"];

/** What checking asks about this server. */
export interface ContentServices {
  readonly config: { readonly PUBLIC_URL: string };
  /** The open platforms. */
  readonly platforms: { has(name: string): boolean };
}

/** Everything about a target that its platform would refuse; empty when it can be sent. Paths lead into the post. */
export function contentIssues(services: ContentServices, target: TargetContent): ValidationIssue[] {
  const definition = platformNamed(target.socialAccount.platform);
  const rules = rulesOf(definition.name, remoteAccount(target.socialAccount));
  const at = ["targets", String(target.position)];
  const faults = (path: readonly string[], found: readonly RuleFault[]): ValidationIssue[] =>
    found.map(({ code, message }) => ({ path, code, message }));
  return [
    ...faults(at, accountFaults(target, definition, services)),
    ...faults([...at, "caption"], captionFaults(target, rules, definition.label)),
    ...optionFaults(effectiveOptions(target), definition.options, definition.label).flatMap(({ option, ...fault }) =>
      faults([...at, "options", definition.name, option], [fault]),
    ),
    ...pictureIssues(target, rules, definition.label),
  ];
}

function accountFaults(
  { socialAccount: { handle, state } }: TargetContent,
  { name, label, needsPublicUrl }: PlatformDefinition,
  { config, platforms }: ContentServices,
): RuleFault[] {
  if (!platforms.has(name)) {
    const message = `${label} is switched off on this server. Its operator can set the variables it needs; or take the target out.`;
    return [{ code: "PLATFORM_OFF", message }];
  }
  const faults: RuleFault[] = [];
  if (!publishable.includes(state)) {
    const remedy = state === "PAUSED" ? "Resume it" : "Connect it again";
    const message = `The account ${handle} on ${label} is ${state}. ${remedy} or take it out.`;
    faults.push({ code: "ACCOUNT_NOT_USABLE", message });
  }
  const unreachable = needsPublicUrl ? unreachableBecause(config.PUBLIC_URL) : null;
  if (unreachable !== null) {
    const message = `${label} fetches pictures from PUBLIC_URL (${config.PUBLIC_URL}), which it cannot reach: ${unreachable}. Set PUBLIC_URL to an https address of this server that the internet can reach.`;
    faults.push({ code: "PUBLIC_URL_UNREACHABLE", message });
  }
  return faults;
}

function captionFaults(target: TargetContent, { caption }: PlatformRules, label: string): RuleFault[] {
  const text = effectiveCaption(target);
  const length = caption.measure(text, effectiveOptions(target));
  const faults = [...(caption.faults?.(text) ?? [])];
  if (length <= caption.max) return faults;
  const message = `The caption has ${length} ${caption.unit}; ${label} takes at most ${caption.max}.`;
  return [{ code: "TOO_LONG", message }, ...faults];
}

function pictureIssues(target: TargetContent, rules: PlatformRules, label: string): ValidationIssue[] {
  const images = effectiveImages(target);
  const { min, max } = rules.images;
  const issues: ValidationIssue[] = [];
  if (images.length < min || images.length > max) {
    const code = images.length < min ? "TOO_FEW" : "TOO_MANY";
    const message = `The post has ${images.length} pictures; ${label} takes ${min} to ${max}.`;
    issues.push({ path: ["images"], code, message });
  }
  for (const [index, { picture, fitted }] of fittedPictures(target).entries()) {
    const path = ["images", String(index)];
    if (fitted.kind === "refused") issues.push({ path, ...fitted.fault });
    issues.push(...altFaults(picture.alt, rules, label).map((fault) => ({ path: [...path, "altText"], ...fault })));
  }
  return issues;
}

function altFaults(alt: string, { altText }: PlatformRules, label: string): RuleFault[] {
  if (altText.required && alt.trim() === "") {
    return [{ code: "EMPTY", message: `${label} needs a text that says what the picture shows.` }];
  }
  const length = [...alt].length;
  // A platform without alt texts gets none: nothing is lost that it could have shown.
  if (altText.max === 0 || length <= altText.max) return [];
  const message = `The alt text has ${length} characters; ${label} takes at most ${altText.max}.`;
  return [{ code: "TOO_LONG", message }];
}
