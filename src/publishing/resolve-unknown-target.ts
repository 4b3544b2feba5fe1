import { z } from "zod";
import type { Clock } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { ConflictError, ValidationError } from "../infra/errors.ts";
import { idempotencyKey, once } from "../infra/idempotency.ts";
import { parseInput } from "../infra/parse-input.ts";
import { moveTarget } from "../posts/target-status.ts";
import type { Actor } from "../workspaces/require-member.ts";
import { addEvidence } from "./evidence.ts";
import { changedTarget, findTargetToPublish } from "./find-target.ts";

const webAddress = z.url({ protocol: /^https?$/, error: "The link is no web address. Paste it whole, with https://." });

const resolving = z.object({
  targetId: z.uuid(),
  outcome: z.enum(["PUBLISHED", "NOT_PUBLISHED"]),
  url: webAddress.max(2_000, "The link is longer than 2,000 characters.").nullish(),
  idempotencyKey: idempotencyKey.nullish(),
});

/**
 * Takes somebody's word for how an unclear send ended, with who said so: it is out, at this address; or it is not, and can be
 * tried again. Throws a `ConflictError` for a target that is not UNKNOWN, a `ValidationError` for an address that is missing,
 * superfluous, or not at the account's platform.
 */
export async function resolveUnknownTarget(
  { transact, clock }: { readonly transact: Transact; readonly clock: Clock },
  viewer: Actor,
  unchecked: z.input<typeof resolving>,
): Promise<z.output<typeof changedTarget>> {
  const { idempotencyKey: key, ...input } = parseInput(resolving, unchecked);
  const { targetId, outcome, url = null } = input;
  return transact(async (tx) => {
    const { target } = await findTargetToPublish(tx, viewer, targetId);
    const request = { userId: viewer.userId, operation: "resolveUnknownTarget", key: key ?? null, input };
    return once(tx, request, changedTarget, async () => {
      if (target.status !== "UNKNOWN") {
        throw new ConflictError(`It is ${target.status}, not UNKNOWN: there is nothing to decide.`);
      }
      refuseWrongAddress({ outcome, url, accountUrl: target.socialAccount.url });
      const now = clock.now();
      const attempt = await tx.publishAttempt.findFirst({ where: { targetId }, orderBy: { number: "desc" } });
      const out = outcome === "PUBLISHED";
      const data = out ? isOut(url, attempt?.sentAt ?? now) : isNotOut;
      if (!(await moveTarget(tx, { target, to: out ? "PUBLISHED" : "FAILED", data }))) {
        throw new Error(`The target ${targetId} changed although it was locked.`);
      }
      if (attempt === null) return { targetId };
      const state = out ? "RECONCILED_PRESENT" : "RECONCILED_ABSENT";
      await tx.publishAttempt.update({ where: { id: attempt.id }, data: { state, resolvedById: viewer.userId } });
      const what = out ? `Somebody looked and found it at ${url}.` : "Somebody looked and did not find it.";
      await addEvidence(tx, attempt.id, { at: now, what });
      return { targetId };
    });
  });
}

const isOut = (permalink: string | null, publishedAt: Date) => ({
  ...{ permalink, publishedAt, failureCode: null, failureMessage: null, failureRetryable: null },
});

const isNotOut = {
  ...{ failureCode: "NOT_PUBLISHED", failureMessage: "Somebody looked, and it is not out.", failureRetryable: true },
};

function refuseWrongAddress({
  outcome,
  url,
  accountUrl,
}: {
  readonly outcome: "PUBLISHED" | "NOT_PUBLISHED";
  readonly url: string | null;
  readonly accountUrl: string | null;
}): void {
  const refuse = (code: string, message: string): never => {
    throw new ValidationError([{ path: ["url"], code, message }]);
  };
  if (outcome === "NOT_PUBLISHED") {
    if (url !== null) refuse("SUPERFLUOUS", "What is not out has no link. Leave it away, or say PUBLISHED.");
    return;
  }
  if (url === null) return refuse("REQUIRED", "Paste the link of the published post.");
  if (accountUrl === null) return;
  const found = siteOf(url);
  const wanted = siteOf(accountUrl);
  const same = found === wanted || found.endsWith(`.${wanted}`) || wanted.endsWith(`.${found}`);
  if (!same)
    refuse("OTHER_SITE", `The link leads to ${found}; the account is at ${wanted}. Paste the post's own link.`);
}

const siteOf = (url: string) => new URL(url).host.replace(/^(www|m|mobile)\./, "");
