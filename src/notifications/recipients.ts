import type { Notice } from "../generated/prisma/client.ts";
import type { NotificationChannel, NotificationKind, Role } from "../generated/prisma/enums.ts";
import { mayDo } from "../graphql/permissions.ts";
import type { Tx } from "../infra/db.ts";
import { ruleOf } from "./kinds.ts";
import type { NoticeFacts } from "./notice-facts.ts";

/** Somebody who may be told something. */
export interface Recipient {
  readonly userId: string;
  /** Whether there is an address that is known to be theirs. */
  readonly mailable: boolean;
  readonly timeZone: string;
  readonly settings: {
    readonly quietFrom: number | null;
    readonly quietUntil: number | null;
    readonly digestAt: number;
    readonly mailsOff: boolean;
  };
  /** What they chose; the kinds' own channels count where they did not. */
  chose(kind: NotificationKind, channel: NotificationChannel): boolean | null;
}

/** Whether somebody is told something by a channel. */
export const isToldBy = (recipient: Recipient, kind: NotificationKind, channel: NotificationChannel): boolean =>
  recipient.chose(kind, channel) ?? ruleOf(kind).channels.includes(channel);

interface Membership {
  readonly workspaceId: string;
  readonly role: Role;
  readonly recipient: Recipient;
}

const standard = { quietFrom: null, quietUntil: null, digestAt: 8 * 60, mailsOff: false };

const person = {
  ...{ id: true, emailVerifiedAt: true, timeZone: true, notificationSettings: true, notificationPreferences: true },
} as const;

/** Everybody who may be told of these notices: the members of their workspaces, and who is invited. Two statements. */
export async function readRecipients(tx: Tx, notices: readonly Notice[], facts: ReadonlyMap<string, NoticeFacts>) {
  const members = await tx.member.findMany({
    where: {
      workspaceId: { in: [...new Set(notices.map(({ workspaceId }) => workspaceId))] },
      user: { disabledAt: null },
    },
    select: { workspaceId: true, role: true, user: { select: person } },
  });
  const invited = [...new Set([...facts.values()].flatMap(({ personId }) => personId ?? []))];
  const guests = invited.length === 0 ? [] : await tx.user.findMany({ where: { id: { in: invited } }, select: person });
  const memberships = members.map(
    ({ user, ...membership }): Membership => ({ ...membership, recipient: toRecipient(user) }),
  );
  const people = new Map(guests.map((user) => [user.id, toRecipient(user)]));
  return (notice: Notice, fact: NoticeFacts): readonly Recipient[] => {
    const { maker, mayDo: permission, reads } = ruleOf(notice.kind);
    if (reads === null) return fact.personId === null ? [] : [people.get(fact.personId) ?? []].flat();
    return memberships
      .filter(({ workspaceId, role, recipient: { userId } }) => {
        if (workspaceId !== notice.workspaceId || userId === notice.actorId || !mayDo(role, reads)) return false;
        if (userId === fact.makerId) return maker;
        return permission !== null && mayDo(role, permission);
      })
      .map(({ recipient }) => recipient);
  };
}

interface Person {
  readonly id: string;
  readonly emailVerifiedAt: Date | null;
  readonly timeZone: string;
  readonly notificationSettings: Recipient["settings"] | null;
  readonly notificationPreferences: readonly {
    readonly kind: NotificationKind;
    readonly channel: NotificationChannel;
    readonly enabled: boolean;
  }[];
}

const toRecipient = ({ id, emailVerifiedAt, timeZone, ...choices }: Person): Recipient => ({
  ...{ userId: id, mailable: emailVerifiedAt !== null, timeZone },
  settings: choices.notificationSettings ?? standard,
  chose: (kind, channel) =>
    choices.notificationPreferences.find((choice) => choice.kind === kind && choice.channel === channel)?.enabled ??
    null,
});
