import { v7 as uuid } from "uuid";
import { z } from "zod";
import type { NotificationKind } from "../generated/prisma/enums.ts";
import type { Tx } from "../infra/db.ts";
import { recordNotificationEvents } from "./notification-events.ts";

/** What one person is told of one group. */
export interface Telling {
  readonly userId: string;
  readonly workspaceId: string;
  readonly kind: NotificationKind;
  readonly groupKey: string;
  /** The latest first; the same one twice counts once. */
  readonly entityIds: readonly string[];
  readonly details: { readonly subject: string; readonly workspace: string; readonly outcome: string | null };
  readonly inApp: boolean;
  readonly mailDueAt: Date | null;
}

const grown = z.array(
  z.object({ id: z.string(), userId: z.string(), version: z.number(), inApp: z.boolean(), created: z.boolean() }),
);

/**
 * Writes what people are told, in one statement: a notification of the same group that is not read yet grows, and its mail keeps
 * its time; else there is a new one. Tells subscribers.
 */
export async function growNotifications(tx: Tx, tellings: readonly Telling[], now: Date): Promise<void> {
  const wanted = tellings.filter(({ inApp, mailDueAt }) => inApp || mailDueAt !== null);
  if (wanted.length === 0) return;
  const rows = wanted.map(({ entityIds, ...telling }) => {
    const different = [...new Set(entityIds)];
    return { id: uuid(), ...telling, entityIds: different.slice(0, 10), count: different.length };
  });
  // In one order for everybody: two tellers whose people meet do not wait for each other in a circle.
  const found = await tx.$queryRaw`
    insert into notification as n (id, user_id, workspace_id, kind, group_key, entity_ids, count, details, in_app, created_at, last_at, mail_due_at)
    select r.id, r."userId", r."workspaceId", r.kind, r."groupKey", r."entityIds", r.count, r.details, r."inApp", ${now}, ${now}, r."mailDueAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
      id uuid, "userId" uuid, "workspaceId" uuid, kind notification_kind, "groupKey" text, "entityIds" uuid[], count int,
      details jsonb, "inApp" boolean, "mailDueAt" timestamptz)
    order by r."userId", r.kind, r."groupKey"
    on conflict (user_id, kind, group_key) where read_at is null do update set
      count = n.count + (select count(*) from unnest(excluded.entity_ids) as e where e <> all(n.entity_ids))
        + greatest(excluded.count - cardinality(excluded.entity_ids), 0),
      entity_ids = (excluded.entity_ids || array(
        select e from unnest(n.entity_ids) with ordinality as o(e, at) where e <> all(excluded.entity_ids) order by at))[1:10],
      details = excluded.details,
      in_app = n.in_app or excluded.in_app,
      last_at = excluded.last_at,
      version = n.version + 1,
      mail_due_at = coalesce(n.mail_due_at, excluded.mail_due_at)
    returning id::text, user_id::text as "userId", version, in_app as "inApp", (xmax = 0) as created`;
  const shown = grown.parse(found).filter(({ inApp }) => inApp);
  await recordNotificationEvents(
    tx,
    shown.map(({ created, ...notification }) => ({ ...notification, kind: created ? "CREATED" : "UPDATED" })),
  );
}
