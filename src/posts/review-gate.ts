import type { TargetContent } from "./post-content.ts";

/**
 * The pictures of a post that must not go out as they are, by id (I-13): not generated, in the trash, rejected, or, where
 * the workspace's review policy asks for it, not approved. Asked in the transaction that schedules and again in the one that sends, so that
 * neither decision nor policy can change in between unseen.
 */
export function heldBackImages({ images, workspace }: Pick<TargetContent["post"], "images" | "workspace">): string[] {
  const needsApproval = workspace.reviewPolicy === "REQUIRED";
  const passes = ({ status, reviewState, trashedAt }: (typeof images)[number]["image"]) =>
    status === "GENERATED" &&
    trashedAt === null &&
    (reviewState === "APPROVED" || (!needsApproval && reviewState === "PENDING"));
  return images.filter(({ image }) => !passes(image)).map(({ imageId }) => imageId);
}
