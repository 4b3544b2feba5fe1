import { buffer } from "node:stream/consumers";
import { z } from "zod";
import type { Prisma } from "../generated/prisma/client.ts";
import { mediaUrl } from "../images/media-url.ts";
import type { Clock } from "../infra/clock.ts";
import type { CrashPoint } from "../infra/crash-point.ts";
import type { Transact } from "../infra/db.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import { type ObjectStorage, objectKey } from "../infra/storage.ts";
import type { PublishRequest } from "../platforms/publication.ts";
import { effectiveCaption, effectiveImages, targetContent } from "../posts/post-content.ts";
import { openSession } from "../social-accounts/sealed-credentials.ts";
import { remoteRefs } from "./remote-refs.ts";

const optionValues = z.record(z.string(), z.union([z.boolean(), z.string(), z.array(z.string())]));

/** What publishing reads of a target. */
export const targetToPublish = {
  ...targetContent,
  attempts: { orderBy: { number: "desc" }, take: 1 },
} as const satisfies Prisma.PostTargetInclude;

/** A target as publishing reads it; its newest attempt comes along. */
export type TargetToPublish = Prisma.PostTargetGetPayload<{ include: typeof targetToPublish }>;

/** What a request to a platform is made of. */
export interface RequestServices {
  readonly storage: ObjectStorage;
  readonly secretKeys: KeyRing;
  readonly mediaKeys: KeyRing;
  readonly clock: Clock;
  readonly transact: Transact;
  readonly crashPoint: CrashPoint;
  readonly config: { readonly PUBLIC_URL: string };
}

/** What the platform is asked to publish. The key is the target's, so every attempt repeats it. */
export function publishRequest(
  services: RequestServices,
  target: TargetToPublish,
  attempt: { readonly sentAt: Date | null },
): PublishRequest {
  const { storage } = services;
  return {
    key: target.idempotencyKey,
    preparedAt: target.preparedAt ?? services.clock.now(),
    sentAt: attempt.sentAt,
    session: openSession(services.secretKeys, target.socialAccount),
    caption: effectiveCaption(target),
    images: effectiveImages(target).map(({ imageId, ...picture }) => ({
      ...picture,
      read: () => readWhole(storage, objectKey(picture.sha256, "original", picture.extension)),
      url: mediaUrl(services, imageId, "original"),
    })),
    options: optionValues.parse(target.options),
    madeWithAi: target.post.images.some(({ image }) => image.provenance === "trainedAlgorithmicMedia"),
    refs: remoteRefs(services, target),
  };
}

async function readWhole(storage: ObjectStorage, key: string): Promise<Buffer> {
  const object = await storage.open(key);
  if (object === null) throw new Error(`The file ${key} is missing. \`storage-check\` says what can be done.`);
  return buffer(object.stream);
}
