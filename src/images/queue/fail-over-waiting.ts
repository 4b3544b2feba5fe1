import type { Transact } from "../../infra/db.ts";
import { chooseFallback, type Fallback, type FallbackServices } from "../choose-fallback.ts";
import { isGenerated } from "../claim-image.ts";
import { recordImageUpdates } from "../image-status.ts";
import { wakeImages } from "../wake-images.ts";

/**
 * Gives a picture that waits for a provider which is left alone to the next one of the workspace's list, by the rules of
 * `chooseFallback`; no attempt is counted. Where
 * none of the list can make it, it waits until the provider is asked again. What runs at the
 * provider already (a remote job that a stopping worker gave back) stays there: it may have been charged.
 */
export async function failOverWaiting(
  services: FallbackServices & { readonly transact: Transact },
  imageId: string,
): Promise<void> {
  const { db, transact, clock, providers } = services;
  const now = clock.now();
  const image = await db.image.findFirst({
    where: {
      ...{ id: imageId, status: "PENDING", origin: "GENERATED", cancelRequested: false },
      OR: [{ notBefore: null }, { notBefore: { lte: now } }],
      attempts: { none: { costState: "RESERVED" } },
      workspace: { fallbackProviders: { isEmpty: false } },
    },
  });
  if (image === null || !isGenerated(image)) return;
  const circuit = await db.providerCircuit.findUnique({ where: { provider: image.provider } });
  const openUntil = circuit?.openUntil ?? null;
  if (openUntil === null || openUntil <= now) return;
  const next = await chooseFallback(services, image);
  const label = (name: string) => providers.get(name)?.label ?? name;
  const change =
    next === null
      ? { notBefore: openUntil }
      : {
          notBefore: null,
          ...moved(
            next,
            `${label(image.provider)} fails again and again, and is left alone for a while. ${label(next.provider)} makes the picture instead.`,
          ),
        };
  await transact(async (tx) => {
    const { id, fence, provider } = image;
    const changed = await tx.image.updateManyAndReturn({
      where: { id, fence, provider, status: "PENDING", cancelRequested: false },
      data: { ...change, statusVersion: { increment: 1 } },
      select: { id: true, workspaceId: true, statusVersion: true },
    });
    await recordImageUpdates(tx, changed);
    if (next !== null)
      await wakeImages(
        tx,
        changed.map((one) => one.id),
      );
  });
}

const moved = (next: Fallback, failureMessage: string) => ({
  ...{ ...next, failureClass: "provider_unavailable", failureMessage, failureRetryable: null },
});
