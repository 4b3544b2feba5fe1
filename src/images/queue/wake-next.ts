import type { Tx } from "../../infra/db.ts";
import { waitingJobs } from "../../infra/waiting-jobs.ts";
import { imageWakeUpKey, wakeImages } from "../wake-images.ts";
import { freePlaces, type LockedProvider } from "./free-places.ts";
import { nextInOrder } from "./next-in-order.ts";

/**
 * Wakes as many pictures as a provider, whose lock is held, has free places: the next in order, those without a wake-up in the
 * queue. Answers how many were woken.
 */
export async function wakeNext(
  tx: Tx,
  provider: LockedProvider,
  { now, askedBefore }: { readonly now: Date; readonly askedBefore?: Date },
): Promise<number> {
  const most = await freePlaces(tx, provider, now);
  if (most === 0) return 0;
  const limit = askedBefore === undefined ? {} : { askedBefore };
  const next = await nextInOrder(tx, { provider: provider.name, now, most, lock: false, ...limit });
  const waiting = await waitingJobs(tx, next.map(imageWakeUpKey));
  const lost = next.filter((id) => !waiting.has(imageWakeUpKey(id)));
  await wakeImages(tx, lost);
  return lost.length;
}
