import type { NotificationChannel, NotificationKind } from "../../generated/prisma/enums.ts";
import { builder } from "../../graphql/builder.ts";
import { ForbiddenError, ValidationError } from "../../infra/errors.ts";
import type { Services } from "../../services.ts";
import { allKinds, ruleOf } from "../kinds.ts";
import { updateNotificationSettings } from "../update-notification-settings.ts";
import { NotificationKindEnum } from "./notification.ts";

interface Preference {
  readonly kind: NotificationKind;
  readonly channels: readonly NotificationChannel[];
}

interface Settings {
  readonly preferences: readonly Preference[];
  readonly quietFrom: number | null;
  readonly quietUntil: number | null;
  readonly digestAt: number;
  readonly mailsOff: boolean;
}

async function readSettings({ db }: Services, userId: string): Promise<Settings> {
  const user = await db.user.findUniqueOrThrow({
    where: { id: userId },
    select: { notificationSettings: true, notificationPreferences: true },
  });
  const chosen = (kind: NotificationKind, channel: NotificationChannel) =>
    user.notificationPreferences.find((choice) => choice.kind === kind && choice.channel === channel)?.enabled ??
    ruleOf(kind).channels.includes(channel);
  const standard = { quietFrom: null, quietUntil: null, digestAt: 480, mailsOff: false };
  return {
    ...(user.notificationSettings ?? standard),
    preferences: allKinds.map((kind) => ({
      kind,
      channels: (["IN_APP", "EMAIL"] as const).filter((channel) => chosen(kind, channel)),
    })),
  };
}

const clockTime = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");

const NotificationChannelEnum = builder.enumType("NotificationChannel", {
  description: "How somebody is told.",
  values: {
    IN_APP: { description: "In the list of notifications, and by the subscription." },
    EMAIL: { description: "By mail: at once for what is urgent, else in a daily digest." },
  } as const,
});

const NotificationPreferenceType = builder.objectRef<Preference>("NotificationPreference").implement({
  description: "How you are told something.",
  fields: (t) => ({
    kind: t.expose("kind", { type: NotificationKindEnum, description: "What." }),
    urgent: t.boolean({
      description: "Whether it is mailed at once, outside your quiet hours, instead of in the digest.",
      resolve: ({ kind }) => ruleOf(kind).critical,
    }),
    inApp: t.boolean({
      description: "Whether it stands in the list of notifications.",
      resolve: ({ channels }) => channels.includes("IN_APP"),
    }),
    email: t.boolean({
      description: "Whether it is mailed, to an address that you have confirmed.",
      resolve: ({ channels }) => channels.includes("EMAIL"),
    }),
  }),
});

const QuietHours = builder.objectRef<{ readonly from: number; readonly until: number }>("QuietHours").implement({
  description: "When you are not mailed, in your profile's time zone.",
  fields: (t) => ({
    from: t.string({ description: "`22:30`.", resolve: ({ from }) => clockTime(from) }),
    until: t.string({
      description: "`07:00`, the next day where it is earlier.",
      resolve: ({ until }) => clockTime(until),
    }),
  }),
});

const NotificationSettingsType = builder.objectRef<Settings>("NotificationSettings").implement({
  description: "What you are told, where and when.",
  fields: (t) => ({
    preferences: t.field({
      type: [NotificationPreferenceType],
      description: "Every kind and how you are told it.",
      resolve: ({ preferences }) => [...preferences],
    }),
    quietHours: t.field({
      type: QuietHours,
      nullable: true,
      description: "When you are not mailed; null for no such time.",
      resolve: ({ quietFrom, quietUntil }) =>
        quietFrom === null || quietUntil === null ? null : { from: quietFrom, until: quietUntil },
    }),
    digestAt: t.string({
      description: "When the daily digest is mailed, in your profile's time zone: `08:00`.",
      resolve: ({ digestAt }) => clockTime(digestAt),
    }),
    emails: t.boolean({
      description: "False: nothing is mailed, whatever the preferences say; the link in a mail does that.",
      resolve: ({ mailsOff }) => !mailsOff,
    }),
  }),
});

builder.queryField("notificationSettings", (t) =>
  t.withAuth({ person: true }).field({
    type: NotificationSettingsType,
    nullable: true,
    description: "What you are told, where and when.",
    resolve: (_root, _args, { services, viewer }) => readSettings(services, viewer.userId),
  }),
);

const NotificationPreferenceInput = builder.inputType("NotificationPreferenceInput", {
  description: "How you want to be told something.",
  fields: (t) => ({
    kind: t.field({ type: NotificationKindEnum, required: true, description: "What." }),
    channel: t.field({ type: NotificationChannelEnum, required: true, description: "By which way." }),
    enabled: t.boolean({ required: true, description: "Whether." }),
  }),
});

const QuietHoursInput = builder.inputType("QuietHoursInput", {
  description: "When you do not want to be mailed, in your profile's time zone.",
  fields: (t) => ({
    from: t.string({ required: true, description: "As `22:30`." }),
    until: t.string({ required: true, description: "As `07:00`; earlier than `from`, it is the next day." }),
  }),
});

const UpdateNotificationSettingsInput = builder.inputType("UpdateNotificationSettingsInput", {
  description: "What to change; what is left out stays.",
  fields: (t) => ({
    preferences: t.field({ type: [NotificationPreferenceInput], description: "These change, all others stay." }),
    quietHours: t.field({ type: QuietHoursInput, description: "Null: no quiet hours." }),
    digestAt: t.string({ description: "When the daily digest is mailed: `08:00`." }),
    emails: t.boolean({ description: "Whether anything is mailed at all." }),
  }),
});

const UpdateNotificationSettingsSuccess = builder
  .objectRef<{ readonly userId: string }>("UpdateNotificationSettingsSuccess")
  .implement({
    description: "They are changed, for what is told from now on; what you no longer want mailed is not mailed.",
    isTypeOf: () => true,
    fields: (t) => ({
      settings: t.field({
        type: NotificationSettingsType,
        description: "Your settings, as they are now.",
        resolve: ({ userId }, _args, { services }) => readSettings(services, userId),
      }),
    }),
  });

builder.mutationField("updateNotificationSettings", (t) =>
  t.withAuth({ person: true }).field({
    type: UpdateNotificationSettingsSuccess,
    nullable: true,
    description: "Changes what you are told, where and when. People only: no API token can.",
    args: { input: t.arg({ type: UpdateNotificationSettingsInput, required: true, description: "What to change." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: async (_root, { input }, { services, viewer }) => {
      await updateNotificationSettings(services, viewer, input);
      return { userId: viewer.userId };
    },
  }),
);
