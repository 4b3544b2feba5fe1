/** The role `keys-rotate`, and the same work on the worker's timetable: all stored secrets under the newest key. */
import type { Db } from "./infra/db.ts";
import type { KeyRing } from "./infra/key-ring.ts";
import type { Logger } from "./infra/log.ts";
import { type ResealReport, reseal, type SealedColumn } from "./infra/reseal.ts";
import { sealedWebhookColumns } from "./notifications/webhooks/webhook-secret.ts";
import { sealedRemoteApps } from "./platforms/remote-apps.ts";
import { sealedAccountColumns } from "./social-accounts/sealed-credentials.ts";

/** Every column of sealed texts. A new one gets its line here. */
export const sealedColumns: readonly SealedColumn[] = [
  ...[...sealedAccountColumns, sealedRemoteApps],
  ...sealedWebhookColumns,
];

/** What it touches. */
export interface ResealServices {
  readonly db: Db;
  readonly secretKeys: KeyRing;
  readonly log: Logger;
}

/** Seals every stored secret with the newest of SECRET_KEYS. May stop anywhere and be begun again. */
export const resealSecrets = (services: ResealServices): Promise<ResealReport> => reseal(services, sealedColumns);

/** Runs it and says what came of it. Answers the process's exit code: 0 when every secret has the newest key, 1 otherwise. */
export async function runKeysRotate(services: ResealServices, write: (text: string) => void): Promise<number> {
  const [newest, ...older] = services.secretKeys;
  const { resealed, unopenable } = await resealSecrets(services);
  for (const [key, count] of Object.entries(resealed)) write(`Sealed anew from key "${key}": ${count}\n`);
  for (const [key, count] of Object.entries(unopenable)) {
    write(`Cannot be opened, their key "${key}" is missing from SECRET_KEYS or is another one: ${count}\n`);
  }
  if (Object.keys(unopenable).length > 0) return 1;
  write(`Every stored secret is sealed with key "${newest?.id}".\n`);
  const free = older.map(({ id }) => `"${id}"`).join(", ");
  if (free !== "")
    write(`Once every process has been started with the newest key, run this again; then ${free} may be taken out.\n`);
  return 0;
}
