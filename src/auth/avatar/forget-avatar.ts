import type { Db } from "../../infra/db.ts";
import type { ObjectStorage } from "../../infra/storage.ts";
import { removeAvatarFiles } from "./avatar-files.ts";

/** Removes the files of an avatar that is nobody's. An id is never used again, so nobody can take it up meanwhile. */
export async function forgetAvatar(
  { db, storage }: { readonly db: Db; readonly storage: ObjectStorage },
  avatarId: string,
): Promise<void> {
  if ((await db.user.count({ where: { avatarId } })) > 0) return;
  await removeAvatarFiles(storage, avatarId);
}
