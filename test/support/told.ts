/** Shorthand for tests about what people are told. */
import { v7 as uuid } from "uuid";
import type { NotificationKind } from "../../src/generated/prisma/enums.ts";
import { recordNotices } from "../../src/infra/notices.ts";
import { tellNotices } from "../../src/notifications/tell-notices.ts";
import type { Atelier, Person } from "./atelier.ts";
import { personalWorkspace } from "./atelier.ts";
import { rowIdOf } from "./studio.ts";

/** Writes a notice about something that is there, as its cause would. Answers its entity's row id. */
async function notice(
  { services }: Atelier,
  person: Person,
  { kind = "IMAGE_READY", group = uuid() }: { kind?: NotificationKind; group?: string } = {},
): Promise<string> {
  const workspaceId = rowIdOf(await personalWorkspace(person));
  const userId = rowIdOf(person.id);
  const { id } = kind.startsWith("IMAGE")
    ? await services.db.image.create({
        data: {
          ...{ workspaceId, createdById: userId, batchId: uuid(), prompt: "a kite", promptSent: "a kite" },
          ...{ status: "GENERATED", progressKind: "MEASURED", reviewState: "PENDING" },
        },
      })
    : await services.db.post.create({ data: { workspaceId, authorId: userId, caption: "A boat." } });
  await services.transact((tx) =>
    recordNotices(tx, [{ workspaceId, kind, entityId: id, cause: { id, version: 1 }, groupKey: group }]),
  );
  return id;
}

/** Tells somebody something, once for each group. */
export async function tell(
  atelier: Atelier,
  person: Person,
  { count = 1, ...about }: { count?: number; kind?: NotificationKind; group?: string } = {},
): Promise<void> {
  for (let n = 0; n < count; n += 1) await notice(atelier, person, about);
  await tellNotices(atelier.services);
}
