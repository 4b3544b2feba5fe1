import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { DigitalSourceType } from "../image-providers/provider.ts";
import { addMilliseconds } from "../infra/clock.ts";
import type { Transact } from "../infra/db.ts";
import { objectKey } from "../infra/storage.ts";
import type { CheckStorageServices, StorageCheckOptions, StorageFinding } from "./check-storage.ts";
import { keptFiles } from "./kept-files.ts";
import { markLostImages, unmarkLostImages } from "./mark-lost-images.ts";
import { renderDerived } from "./render-image.ts";

/** What was done about a finding. LEFT: nothing, for the reason in the sentence. */
export interface StorageRepair {
  readonly action: "RENDERED" | "DELETED" | "MARKED_LOST" | "UNMARKED" | "LEFT";
  readonly detail: string;
}

/** What the repair changes. */
export interface RepairStorageServices extends CheckStorageServices {
  readonly transact: Transact;
}

/**
 * Repairs one finding as far as that can be: makes previews and thumbnails anew from a sound original, deletes orphans, and
 * marks pictures whose original is lost. Safe to run twice, and beside a working server: everything is looked at again first.
 */
export async function repairStorage(
  services: RepairStorageServices,
  finding: StorageFinding,
  options: StorageCheckOptions,
): Promise<StorageRepair> {
  const pictures = { ids: finding.imageIds, sha256: finding.sha256 };
  switch (finding.kind) {
    case "ORPHANED":
      return deleteOrphan(services, finding, options);
    case "RECOVERED":
      await unmarkLostImages(services, pictures);
      return { action: "UNMARKED", detail: "The mark was taken away." };
    case "MISSING":
    case "DAMAGED":
      if (finding.variant !== "original") return renderAgain(services, finding, finding.variant);
      // A damaged file stays: it may be all that is left of the picture.
      await markLostImages(services, pictures);
      return { action: "MARKED_LOST", detail: "Its pictures are marked as lost." };
  }
}

async function deleteOrphan(
  services: RepairStorageServices,
  { key, sha256 }: StorageFinding,
  { grace }: StorageCheckOptions,
): Promise<StorageRepair> {
  // Rows first, then the file's age: whoever puts the same picture again makes the file young before the row is there.
  const { storage, clock } = services;
  const kept = await keptFiles(services, [sha256]);
  const facts = await storage.stat(key);
  const oldEnough = addMilliseconds(clock.now(), -grace);
  if (kept.has(sha256) || (facts && facts.modifiedAt >= oldEnough)) {
    return { action: "LEFT", detail: "Somebody needs it again." };
  }
  await storage.delete(key);
  return { action: "DELETED", detail: "It was deleted." };
}

async function renderAgain(
  { db, storage }: RepairStorageServices,
  { key, sha256, imageIds }: StorageFinding,
  variant: "preview" | "thumb",
): Promise<StorageRepair> {
  const row = await db.image.findFirst({
    where: { id: { in: [...imageIds] }, sha256 },
    select: { extension: true, provenance: true },
  });
  if (row === null || row.extension === null) return { action: "LEFT", detail: "Its picture was deleted meanwhile." };
  const object = await storage.open(objectKey(sha256, "original", row.extension));
  const original = object && (await buffer(object.stream));
  if (original === null || createHash("sha256").update(original).digest("hex") !== sha256) {
    return { action: "LEFT", detail: "It cannot be made anew: the original is lost or damaged as well." };
  }
  const files = await renderDerived(original, provenanceOf(row.provenance));
  await storage.put(key, files[variant], { contentType: "image/webp" });
  return { action: "RENDERED", detail: "It was made anew from the original." };
}

/** The row's term, where it is one that our files carry. */
function provenanceOf(term: string | null): DigitalSourceType | null {
  return term === "trainedAlgorithmicMedia" || term === "algorithmicMedia" ? term : null;
}
