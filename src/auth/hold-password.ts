import type { Tx } from "../infra/db.ts";

/**
 * Whether a user still has the password hash that was checked, and is not disabled; held so until the transaction ends. A
 * session that is opened with a password thus either exists when the change of that password ends all sessions, or is not opened.
 */
export async function holdPassword(tx: Tx, userId: string, passwordHash: string): Promise<boolean> {
  const held = await tx.$queryRaw<unknown[]>`
    select 1 from "user"
    where id = ${userId}::uuid and password_hash = ${passwordHash} and disabled_at is null
    for share`;
  return held.length > 0;
}
