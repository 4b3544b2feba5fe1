import type { ValidationIssue } from "../infra/errors.ts";
import { platformNamed, rulesOf } from "../platforms/registry.ts";
import { remoteAccount } from "../social-accounts/remote-account.ts";
import { effectiveCaption, effectiveImages, type TargetWithContent } from "./post-content.ts";

/** Accounts in these states take posts. */
const publishable = ["ACTIVE", "EXPIRING"];

/** Everything about a target that its platform would refuse; empty when it can be sent. Paths lead into the post. */
export function contentIssues(target: TargetWithContent): ValidationIssue[] {
  const { label } = platformNamed(target.socialAccount.platform);
  const rules = rulesOf(target.socialAccount.platform, remoteAccount(target.socialAccount));
  const at = ["targets", String(target.position)];
  const issues: ValidationIssue[] = [];
  const add = (path: readonly string[], code: string, message: string) => issues.push({ path, code, message });

  if (!publishable.includes(target.socialAccount.state)) {
    add(
      at,
      "ACCOUNT_NOT_USABLE",
      `The account ${target.socialAccount.handle} on ${label} is ${target.socialAccount.state}. Connect it again or take it out.`,
    );
  }
  const length = rules.caption.measure(effectiveCaption(target));
  if (length > rules.caption.max) {
    add(
      [...at, "caption"],
      "TOO_LONG",
      `The caption has ${length} ${rules.caption.unit}; ${label} takes at most ${rules.caption.max}.`,
    );
  }
  const images = effectiveImages(target);
  if (images.length < rules.images.min || images.length > rules.images.max) {
    const code = images.length < rules.images.min ? "TOO_FEW" : "TOO_MANY";
    add(
      ["images"],
      code,
      `The post has ${images.length} pictures; ${label} takes ${rules.images.min} to ${rules.images.max}.`,
    );
  }
  for (const [index, image] of images.entries()) {
    const path = ["images", String(index)];
    if (!rules.images.mimes.includes(image.mime)) {
      add(path, "UNSUPPORTED_FORMAT", `The picture is ${image.mime}; ${label} takes ${rules.images.mimes.join(", ")}.`);
    }
    if (rules.altText.required && image.alt.trim() === "")
      add([...path, "altText"], "EMPTY", `${label} needs a text that says what the picture shows.`);
    const altLength = [...image.alt].length;
    if (altLength > rules.altText.max) {
      add(
        [...path, "altText"],
        "TOO_LONG",
        `The alt text has ${altLength} characters; ${label} takes at most ${rules.altText.max}.`,
      );
    }
  }
  return issues;
}
