/** Where files of numbers lie in storage, and where they are fetched. */
import type { KeyRing } from "../../infra/key-ring.ts";
import { signPath } from "../../infra/signed-path.ts";
import { type ObjectStorage, workspaceFolder } from "../../infra/storage.ts";

/** Which file. */
export interface ExportName {
  readonly workspaceId: string;
  readonly id: string;
}

/** Each process that takes up an export has a file of its own, so that one which lost its claim cannot spoil the other's. */
export const exportKey = ({ workspaceId, id }: ExportName, fence: number): string =>
  `${workspaceFolder(workspaceId)}metrics-${id}.${fence}`;

/** Removes an export's files, those of processes that died included; `upTo` is the last fence. */
export async function removeExportFiles(storage: ObjectStorage, name: ExportName, upTo: number): Promise<void> {
  for (let fence = 1; fence <= upTo; fence += 1) await storage.delete(exportKey(name, fence));
}

/** The path of an export; it is served only with a signature. */
export const exportPath = (id: string): string => `/metric-exports/${id}`;

/** The address by which an export is fetched without a sign-in, until it is deleted. */
export const exportUrl = (
  { config, mediaKeys }: { readonly config: { readonly PUBLIC_URL: string }; readonly mediaKeys: KeyRing },
  id: string,
  expiresAt: Date,
): string => `${config.PUBLIC_URL}${signPath(exportPath(id), mediaKeys, expiresAt)}`;
