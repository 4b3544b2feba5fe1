import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { ConflictError } from "../../infra/errors.ts";
import { exportUrl } from "../export/export-files.ts";
import { requestDataExport } from "../export/request-data-export.ts";

const DataExportStatusEnum = builder.enumType("DataExportStatus", {
  description: "How far an archive is.",
  values: {
    PENDING: { description: "It is being made." },
    READY: { description: "It can be downloaded; see `downloadUrl`." },
    FAILED: { description: "It could not be made; see `failure`." },
  } as const,
});

const DataExportType = builder.prismaNode("DataExport", {
  nullable: true,
  id: { field: "id", description: "The archive's id." },
  description: "An archive of everything that is yours: account, history, and what you made. Only you see it.",
  findUnique: (id, { viewer }) => ({ id, userId: viewer?.userId ?? "" }),
  authScopes: { person: true },
  runScopesOnType: true,
  fields: (t) => ({
    status: t.expose("status", { type: DataExportStatusEnum, description: "How far it is." }),
    failure: t.exposeString("failure", { nullable: true, description: "Why it could not be made, and what to do." }),
    bytes: t.float({
      nullable: true,
      description: "Size of the file, a whole number; null until it is there.",
      select: { bytes: true },
      resolve: ({ bytes }) => (bytes === null ? null : Number(bytes)),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When you asked for it." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When it is deleted, seven days after it was ready; null until then.",
    }),
    downloadUrl: t.string({
      nullable: true,
      description:
        "Signed address of the zip file; needs no sign-in, works until `expiresAt`. Whoever has it has your data. Null unless READY.",
      select: { id: true, status: true, expiresAt: true },
      resolve: ({ id, status, expiresAt }, _args, { services }) =>
        status === "READY" && expiresAt !== null && expiresAt > services.clock.now()
          ? exportUrl(services, id, expiresAt)
          : null,
    }),
  }),
});

const DataExportConnection = builder.connectionObject(
  { type: DataExportType, name: "DataExportConnection", description: "A page of archives." },
  { name: "DataExportEdge", description: "An archive in its list." },
);

builder.queryField("dataExports", (t) =>
  t.connection(
    {
      type: DataExportType,
      nullable: true,
      description: "The archives of your data, the newest first. People only: no API token can.",
      authScopes: { person: true },
      resolve: (_root, args, context, info) => {
        const { db } = context.services;
        const where = { userId: requireViewer(context).userId };
        return keysetConnection(
          { order: createdOrders.CREATED_DESC, args },
          (page) =>
            db.dataExport.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.dataExport.count({ where, take }),
        );
      },
    },
    DataExportConnection,
  ),
);

const ExportMyDataSuccess = builder.objectRef<{ exportId: string }>("ExportMyDataSuccess").implement({
  description: "The archive is being made; a mail tells you when it is ready.",
  isTypeOf: () => true,
  fields: (t) => ({
    dataExport: t.prismaField({
      type: DataExportType,
      description: "The archive.",
      resolve: (query, { exportId }, _args, { services }) =>
        services.db.dataExport.findUniqueOrThrow({ ...query, where: { id: exportId } }),
    }),
  }),
});

builder.mutationField("exportMyData", (t) =>
  t.withAuth({ person: true }).field({
    type: ExportMyDataSuccess,
    nullable: true,
    description:
      "Asks for an archive of everything that is yours; one at a time, at most three a day. People only: no API token can.",
    errors: { types: [ConflictError] },
    resolve: async (_root, _args, { services, viewer }) => ({ exportId: await requestDataExport(services, viewer) }),
  }),
);
