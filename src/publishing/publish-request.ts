import type { Prisma } from "../generated/prisma/client.ts";
import type { PublishRequest } from "../platforms/platform.ts";
import { effectiveCaption, effectiveImages, type TargetWithContent, targetContent } from "../posts/post-content.ts";

/** What publishing reads of a target. */
export const targetToPublish = {
  ...targetContent,
  attempts: { orderBy: { number: "desc" }, take: 1 },
} as const satisfies Prisma.PostTargetInclude;

/** A target as publishing reads it; its newest attempt comes along. */
export type TargetToPublish = Prisma.PostTargetGetPayload<{ include: typeof targetToPublish }>;

/** What the platform is asked to publish. The key is the target's, so every attempt repeats it. */
export function publishRequest(target: TargetWithContent): PublishRequest {
  const { remoteId, handle, name, url } = target.socialAccount;
  return {
    key: target.idempotencyKey,
    account: { remoteId, handle, name, url },
    caption: effectiveCaption(target),
    images: effectiveImages(target),
  };
}
