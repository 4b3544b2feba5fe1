import type { TargetWithContent } from "./post-content.ts";

/**
 * The pictures of a post that must not go out as they are, by id (I-13): not generated, rejected, or, where the workspace's
 * review policy asks for it, not approved. Asked in the transaction that schedules and again in the one that sends, so that
 * neither decision nor policy can change in between unseen.
 */
export function heldBackImages({ images, workspace }: TargetWithContent["post"]): string[] {
  const needsApproval = workspace.reviewPolicy === "REQUIRED";
  const passes = ({ status, reviewState }: (typeof images)[number]["image"]) =>
    status === "GENERATED" && (reviewState === "APPROVED" || (!needsApproval && reviewState === "PENDING"));
  return images.filter(({ image }) => !passes(image)).map(({ imageId }) => imageId);
}
