/** Where archives lie in storage, and where they are fetched. */
import type { KeyRing } from "../../infra/key-ring.ts";
import { signPath } from "../../infra/signed-path.ts";
import type { ObjectStorage } from "../../infra/storage.ts";

/**
 * `exports/<exportId>.<fence>.zip`. Each process that takes up an archive has a file of its own, so that one which lost its
 * claim cannot spoil the other's.
 */
export const exportKey = (exportId: string, fence: number): string => `exports/${exportId}.${fence}.zip`;

/** Removes an archive's files, those of processes that died included; `upTo` is the last fence. */
export async function removeExportFiles(storage: ObjectStorage, exportId: string, upTo: number): Promise<void> {
  for (let fence = 1; fence <= upTo; fence += 1) await storage.delete(exportKey(exportId, fence));
}

/** The path of an archive; it is served only with a signature. */
export const exportPath = (exportId: string): string => `/exports/${exportId}`;

/** The address by which an archive is fetched without a sign-in, until it is deleted. */
export const exportUrl = (
  { config, mediaKeys }: { readonly config: { readonly PUBLIC_URL: string }; readonly mediaKeys: KeyRing },
  exportId: string,
  expiresAt: Date,
): string => `${config.PUBLIC_URL}${signPath(exportPath(exportId), mediaKeys, expiresAt)}`;
