/**
 * Approval covers content: a decision is about the hash of everything that a post's targets send, and each approved target keeps the
 * hash of its own. What is edited afterwards no longer matches, waits again, and is refused at the last look before sending
 * (I-12). A post that somebody submitted waits whatever the workspace's policy says; with the policy REQUIRED every post does.
 */
import { createHash } from "node:crypto";
import { contentHash, type TargetWithContent } from "../post-content.ts";

/** Whether a target must not go out before somebody approves it as it is now. */
export function awaitsApproval(target: TargetWithContent): boolean {
  const { approvalState, workspace } = target.post;
  if (approvalState === "NOT_SUBMITTED") return workspace.postApprovalPolicy === "REQUIRED";
  return approvalState !== "APPROVED" || target.approvedHash !== contentHash(target);
}

/** Hash of everything that a post's targets send, in order: what a decision is about. */
export function postContentHash(targets: readonly TargetWithContent[]): string {
  const hashes = targets.map((target) => contentHash(target));
  return createHash("sha256").update(hashes.join(" ")).digest("hex");
}
