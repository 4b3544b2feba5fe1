import type { NotificationKind } from "../../generated/prisma/enums.ts";
import { builder } from "../../graphql/builder.ts";
import { encodeGlobalId } from "../../graphql/ids.ts";
import { kindRules, ruleOf, type Subject } from "../kinds.ts";
import { ownNotifications } from "../own-notifications.ts";
import { sentenceOf } from "../sentence.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `fromEntries` forgets the names of the keys
const kindValues = Object.fromEntries(
  Object.entries(kindRules).map(([kind, { description }]) => [kind, { description }]),
) as { [kind in NotificationKind]: { description: string } };

/** What people and webhooks are told. */
export const NotificationKindEnum = builder.enumType("NotificationKind", {
  description: "What somebody is told.",
  values: kindValues,
});

const typenames = {
  image: "Image",
  post: "Post",
  account: "SocialAccount",
  invitation: "Invitation",
  webhook: "Webhook",
  occurrence: "Occurrence",
} as const satisfies Record<Subject, string>;

/** The public id of what a kind is about. */
export const subjectId = (kind: NotificationKind, id: string): string =>
  encodeGlobalId(typenames[ruleOf(kind).subject], id);

const forSentence = { kind: true, count: true, details: true } as const;

/** The Notification type. */
export const NotificationType = builder.prismaNode("Notification", {
  nullable: true,
  id: { field: "id", description: "The notification's id." },
  description:
    "Something that you are told. What belongs together and is not read yet is one: ten pictures of one request.",
  findUnique: (id, { viewer }) =>
    viewer === null ? { id, AND: [{ userId: "" }] } : { id, AND: [ownNotifications(viewer)] },
  authScopes: { person: true },
  runScopesOnType: true,
  fields: (t) => ({
    kind: t.expose("kind", { type: NotificationKindEnum, description: "What it tells." }),
    title: t.string({
      description: "One sentence for people, in English.",
      select: forSentence,
      resolve: (told) => sentenceOf(told).title,
    }),
    body: t.string({
      description: "What there is to say beside it: what it is about, and why.",
      select: forSentence,
      resolve: (told) => sentenceOf(told).body,
    }),
    count: t.exposeInt("count", { description: "How many things it is about." }),
    subjectIds: t.idList({
      description:
        "The ids of what it is about, the latest first; at most ten of them. Look them up with `nodes`: some may be gone.",
      select: { kind: true, entityIds: true },
      resolve: ({ kind, entityIds }) => entityIds.map((id) => subjectId(kind, id)),
    }),
    workspaceId: t.id({
      description: "The id of the workspace that it is about.",
      select: { workspaceId: true },
      resolve: ({ workspaceId }) => encodeGlobalId("Workspace", workspaceId),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it began." }),
    lastAt: t.expose("lastAt", { type: "DateTime", description: "When it last grew; lists are ordered by it." }),
    readAt: t.expose("readAt", {
      type: "DateTime",
      nullable: true,
      description: "When you marked it as read; null while you have not.",
    }),
  }),
});
