import type { Derivative } from "../generated/prisma/client.ts";
import { type DerivativeServices, makeDerivative } from "../images/derivatives/make-derivative.ts";
import type { Transact } from "../infra/db.ts";
import { recordEvents } from "../infra/events.ts";
import { fittedPictures } from "./fitted-pictures.ts";
import { type PostPicture, type TargetWithContent, targetContent } from "./post-content.ts";
import { sentFocus } from "./sent-focus.ts";
import { postTopic } from "./target-status.ts";

/** A picture as it is sent: the original, or what was made of it. */
export interface SentPicture {
  readonly picture: PostPicture;
  readonly derivative: Derivative | null;
  /** What must stay in sight of it where the platform cuts previews; null: the middle. */
  readonly focus: { readonly x: number; readonly y: number } | null;
}

/**
 * The pictures of a target as they are sent, made over where the platform needs it. What cannot be made over is sent as it is: scheduling
 * refused it, and the platform will. Rejects when a file is missing or the storage fails.
 */
export async function renderPictures(
  services: DerivativeServices,
  target: TargetWithContent,
): Promise<readonly SentPicture[]> {
  const sent: SentPicture[] = [];
  // One after the other: each may take much of the memory that pictures share.
  for (const { picture, fitted } of fittedPictures(target)) {
    const spec = fitted.kind === "made-over" ? fitted.spec : null;
    const derivative = spec === null ? null : await makeDerivative(services, picture, spec);
    sent.push({ picture, derivative, focus: sentFocus(picture, spec) });
  }
  return sent;
}

/** What rendering ahead touches. */
export interface RenderTargetServices extends DerivativeServices {
  readonly transact: Transact;
}

/** Makes over the pictures of one target ahead of its time, and tells whoever looks at the post. One that is gone is left. */
export async function renderTarget(services: RenderTargetServices, targetId: string): Promise<void> {
  const target = await services.db.postTarget.findUnique({ where: { id: targetId }, include: targetContent });
  if (target === null) return;
  const began = services.clock.now();
  const sent = await renderPictures(services, target);
  if (!sent.some(({ derivative }) => derivative !== null && derivative.createdAt >= began)) return;
  const { workspaceId, postId: entityId, statusVersion: version } = target;
  await services.transact((tx) =>
    recordEvents(tx, [{ workspaceId, topic: postTopic, entityId, kind: "UPDATED", version }]),
  );
}
