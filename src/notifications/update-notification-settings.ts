import { z } from "zod";
import type { Viewer } from "../graphql/context.ts";
import type { Transact } from "../infra/db.ts";
import { parseInput } from "../infra/parse-input.ts";
import { allKinds } from "./kinds.ts";

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write a time of day as hours and minutes, such as 22:30.")
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const change = z.object({
  preferences: z
    .array(z.object({ kind: z.enum(allKinds), channel: z.enum(["IN_APP", "EMAIL"]), enabled: z.boolean() }))
    .max(100, "Change at most 100 preferences at a time.")
    .nullish(),
  /** Null: none. */
  quietHours: z
    .object({ from: clockTime, until: clockTime })
    .refine(({ from, until }) => from !== until, {
      error: "The quiet hours end when they begin. Choose two times, or null for none.",
      params: { code: "EMPTY" },
    })
    .nullish(),
  digestAt: clockTime.nullish(),
  emails: z.boolean().nullish(),
});

/** Changes what somebody is told, where and when; what is left out stays. Throws a `ValidationError`. */
export async function updateNotificationSettings(
  { transact }: { readonly transact: Transact },
  { userId }: Pick<Viewer, "userId">,
  unchecked: z.input<typeof change>,
): Promise<void> {
  const { preferences, quietHours, digestAt, emails } = parseInput(change, unchecked);
  const settings = {
    ...(quietHours !== undefined && { quietFrom: quietHours?.from ?? null, quietUntil: quietHours?.until ?? null }),
    ...(typeof digestAt === "number" && { digestAt }),
    ...(typeof emails === "boolean" && { mailsOff: !emails }),
  };
  await transact(async (tx) => {
    await tx.notificationSettings.upsert({ where: { userId }, create: { userId, ...settings }, update: settings });
    for (const { kind, channel, enabled } of preferences ?? []) {
      const key = { userId, kind, channel };
      await tx.notificationPreference.upsert({
        ...{ where: { userId_kind_channel: key }, create: { ...key, enabled }, update: { enabled } },
      });
    }
    const silenced = (preferences ?? []).filter(({ channel, enabled }) => channel === "EMAIL" && !enabled);
    const kinds = silenced.map(({ kind }) => kind);
    if (emails === false || kinds.length > 0) {
      const which = emails === false ? {} : { kind: { in: kinds } };
      await tx.notification.updateMany({
        where: { userId, ...which, mailDueAt: { not: null } },
        data: { mailDueAt: null },
      });
    }
  });
}
