import { z } from "zod";
import { builder } from "../../graphql/builder.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { type AuditAction, auditActions } from "../../infra/audit.ts";
import { ownRows } from "../own-rows.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `fromEntries` forgets the names of the keys
const actionValues = Object.fromEntries(
  Object.entries(auditActions).map(([action, description]) => [action, { description }]),
) as { [action in AuditAction]: { description: string } };

const SecurityAction = builder.enumType("SecurityAction", {
  description: "What happened. The list is closed; switch over it.",
  values: actionValues,
});

const isAction = (text: string): text is AuditAction => Object.hasOwn(auditActions, text);

interface Detail {
  readonly name: string;
  readonly value: string;
}

const SecurityEventDetail = builder.objectRef<Detail>("SecurityEventDetail").implement({
  description: "One fact about a security event.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "What is said: `ended`, `role`." }),
    value: t.exposeString("value", { description: "As text." }),
  }),
});

const detailsShape = z.record(z.string(), z.unknown());

const asDetails = (details: unknown): Detail[] =>
  Object.entries(detailsShape.parse(details)).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? value : JSON.stringify(value),
  }));

/** Whether whoever did it is the one whose account it is about. */
const isByOwner = ({ actorId, userId }: { readonly actorId: string | null; readonly userId: string | null }) =>
  actorId === null || actorId === userId;

const SecurityEventType = builder.prismaNode("AuditEntry", {
  variant: "SecurityEvent",
  nullable: true,
  id: { field: "id", description: "The event's id." },
  description: "Something that happened to the security of your account.",
  findUnique: (id, { viewer }) => ({ id, AND: [ownRows(viewer)] }),
  fields: (t) => ({
    action: t.field({
      type: SecurityAction,
      description: "What happened.",
      select: { action: true },
      resolve: ({ action }) => {
        if (isAction(action)) return action;
        throw new Error(`The audit log holds ${action}, which this version does not know.`);
      },
    }),
    at: t.expose("at", { type: "DateTime", description: "When." }),
    address: t.string({
      nullable: true,
      description: "From which network address; null for what somebody else did: where they are is their own affair.",
      select: { address: true, actorId: true, userId: true },
      resolve: ({ address, ...entry }) => (isByOwner(entry) ? address : null),
    }),
    device: t.string({
      nullable: true,
      description:
        "What the client called itself (`User-Agent`); anybody can claim anything here. Null for what somebody else did.",
      select: { device: true, actorId: true, userId: true },
      resolve: ({ device, ...entry }) => (isByOwner(entry) ? device : null),
    }),
    byYou: t.boolean({
      description: "Whether it was done by you, or by somebody else to your account, as a workspace's owner may.",
      select: { actorId: true, userId: true },
      resolve: isByOwner,
    }),
    isCurrentSession: t.boolean({
      description: "Whether it happened in the session that you ask by.",
      select: { sessionId: true },
      resolve: ({ sessionId }, _args, { viewer }) => sessionId !== null && sessionId === viewer?.sessionId,
    }),
    details: t.field({
      type: [SecurityEventDetail],
      description: "What else is known.",
      select: { details: true },
      resolve: ({ details }) => asDetails(details),
    }),
  }),
});

const SecurityEventConnection = builder.connectionObject(
  { type: SecurityEventType, name: "SecurityEventConnection", description: "A page of security events." },
  { name: "SecurityEventEdge", description: "A security event in its list." },
);

builder.queryField("securityEvents", (t) =>
  t.connection(
    {
      type: SecurityEventType,
      nullable: true,
      description: "What happened to the security of your account, the latest first.",
      authScopes: { person: true },
      resolve: (_root, args, context, info) => {
        const { db } = context.services;
        const { userId } = requireViewer(context);
        const where = { userId };
        return keysetConnection(
          { order: { field: "at", direction: "desc" }, args },
          (page) =>
            db.auditEntry.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.auditEntry.count({ where, take }),
        );
      },
    },
    SecurityEventConnection,
  ),
);
