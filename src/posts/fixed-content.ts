import { v7 as newKey } from "uuid";
import { contentHash, type TargetWithContent } from "./post-content.ts";

/**
 * What is to be sent, and what every attempt of it repeats: while the content stays the same, the key, the moment it
 * was first prepared, and what earlier steps left at the platform. Other content starts anew: under the old key a platform
 * would take it for the old post. A second publication starts anew as well.
 */
export function fixedContent(target: TargetWithContent) {
  const hash = contentHash(target);
  const secondPost = target.status === "PUBLISHED";
  if (!secondPost && (target.contentHash === null || target.contentHash === hash)) return { contentHash: hash };
  const afresh = { idempotencyKey: newKey(), preparedAt: null, remoteRefs: {} };
  const forgotten = { externalId: null, permalink: null, publishedAt: null, verifiedAt: null, verifyAt: null };
  return { contentHash: hash, ...afresh, ...forgotten };
}
