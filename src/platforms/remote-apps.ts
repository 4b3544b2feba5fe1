import type { Db } from "../infra/db.ts";
import type { KeyRing } from "../infra/key-ring.ts";
import type { SealedColumn } from "../infra/reseal.ts";
import { seal, unseal } from "../infra/sealed.ts";
import type { RemoteApps } from "./platform.ts";
import { credentialsText, readCredentials } from "./stored-credentials.ts";

/** The column that is sealed here. Postgres writes the same list with other spaces. */
export const sealedRemoteApps: SealedColumn = {
  ...{ table: "remote_app", column: "credentials" },
  row: "json_build_array(platform, origin, redirect_uri)::text",
  sealedRow: (row) => JSON.stringify(JSON.parse(row)),
};

/** What this server is registered as at the servers of one platform. */
export function createRemoteApps({ db, keys }: { db: Db; keys: KeyRing }, platform: string): RemoteApps {
  const placeOf = (origin: string, redirectUri: string) => ({
    ...{ table: "remote_app", column: "credentials", row: JSON.stringify([platform, origin, redirectUri]) },
  });
  const findSealed = async (origin: string, redirectUri: string) => {
    const where = { platform_origin_redirectUri: { platform, origin, redirectUri } };
    const app = await db.remoteApp.findUnique({ where, select: { credentials: true } });
    if (app === null) return null;
    return { sealed: app.credentials, opened: unseal(keys, placeOf(origin, redirectUri), app.credentials) };
  };
  const find = async (origin: string, redirectUri: string) => {
    const found = await findSealed(origin, redirectUri);
    return found === null ? null : readCredentials(found.opened);
  };
  return {
    find,
    async keep(origin, redirectUri, credentials) {
      const sealed = seal(keys, placeOf(origin, redirectUri), credentialsText(credentials));
      // Of two that register at once, the first one's registration is everybody's.
      await db.remoteApp.createMany({
        data: [{ platform, origin, redirectUri, credentials: sealed }],
        skipDuplicates: true,
      });
      return (await find(origin, redirectUri)) ?? credentials;
    },
    async forget(origin, redirectUri, credentials) {
      const found = await findSealed(origin, redirectUri);
      if (found?.opened.reveal() !== credentialsText(credentials).reveal()) return;
      // By its text: what somebody else registered anew in this moment stays.
      await db.remoteApp.deleteMany({ where: { platform, origin, redirectUri, credentials: found.sealed } });
    },
  };
}
