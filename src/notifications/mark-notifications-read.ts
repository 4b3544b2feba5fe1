import { z } from "zod";
import type { Prisma } from "../generated/prisma/client.ts";
import type { Viewer } from "../graphql/context.ts";
import type { Clock } from "../infra/clock.ts";
import type { Transact, Tx } from "../infra/db.ts";
import { NotFoundError } from "../infra/errors.ts";
import { parseInput } from "../infra/parse-input.ts";
import { recordNotificationEvents } from "./notification-events.ts";
import { ownNotifications } from "./own-notifications.ts";

const byName = z.object({
  ids: z
    .array(z.uuid())
    .min(1, "Name at least one notification.")
    .max(100, "Mark at most 100 notifications by name; `before` marks all."),
});

/** Named ones, or all that last grew up to a moment. */
type Marking = z.input<typeof byName> | { readonly before: Date };

/** Rows of one statement. */
const batch = 1_000;

interface MarkingServices {
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Marks notifications of the viewer's as read: named ones, all or none, or all that last grew up to a moment. What is read
 * already stays as it is. Answers how many were not read yet. Throws a `NotFoundError` for those of others.
 */
export async function markNotificationsRead(
  services: MarkingServices,
  viewer: Viewer,
  asked: Marking,
): Promise<{ marked: number }> {
  const own = ownNotifications(viewer);
  if ("before" in asked) return { marked: await markAll(services, own, asked.before) };
  const ids = [...new Set(parseInput(byName, asked).ids)];
  return services.transact(async (tx) => {
    const found = await tx.notification.count({ where: { AND: [own], id: { in: ids } } });
    if (found < ids.length) throw new NotFoundError("notification");
    return { marked: await mark(tx, ids, services.clock) };
  });
}

async function markAll(
  { transact, clock }: MarkingServices,
  own: Prisma.NotificationWhereInput,
  before: Date,
): Promise<number> {
  let marked = 0;
  for (;;) {
    const count = await transact(async (tx) => {
      const rows = await tx.notification.findMany({
        where: { AND: [own], readAt: null, lastAt: { lte: before } },
        ...{ select: { id: true }, orderBy: [{ lastAt: "desc" }, { id: "desc" }], take: batch },
      });
      const ids = rows.map(({ id }) => id);
      return mark(tx, ids, clock);
    });
    marked += count;
    if (count < batch) return marked;
  }
}

async function mark(tx: Tx, ids: string[], clock: Clock): Promise<number> {
  const read = await tx.notification.updateManyAndReturn({
    where: { id: { in: ids }, readAt: null },
    // What was seen need not be mailed.
    data: { readAt: clock.now(), mailDueAt: null, version: { increment: 1 } },
    select: { id: true, userId: true, version: true },
  });
  await recordNotificationEvents(
    tx,
    read.map((row) => ({ ...row, kind: "UPDATED" })),
  );
  return read.length;
}
