import { builder } from "../../graphql/builder.ts";
import { createdOrders } from "../../graphql/created-order.ts";
import { DateTimeRange } from "../../graphql/date-time-range.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { exportAnalytics } from "../export/export-analytics.ts";
import { exportUrl } from "../export/export-files.ts";

const MetricExportFormatEnum = builder.enumType("MetricExportFormat", {
  description: "The form of a file of numbers.",
  values: {
    CSV: { description: "For spreadsheets. What is not known is an empty cell; no text can act as a formula." },
    JSON: { description: "For programs: a list of objects. What is not known is null." },
  } as const,
});

const MetricExportStatusEnum = builder.enumType("MetricExportStatus", {
  description: "How far a file is.",
  values: {
    PENDING: { description: "It is being written; see `progress`." },
    READY: { description: "It can be downloaded; see `downloadUrl`." },
    FAILED: { description: "It could not be written; see `failure`." },
  } as const,
});

const MetricExportType = builder.prismaNode("MetricExport", {
  nullable: true,
  id: { field: "id", description: "The export's id." },
  description: "A file of all readings of a workspace's numbers within a range.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "analytics:read" },
  runScopesOnType: true,
  fields: (t) => ({
    format: t.expose("format", { type: MetricExportFormatEnum, description: "Its form." }),
    from: t.expose("from", { type: "DateTime", description: "The first moment of the range." }),
    to: t.expose("to", { type: "DateTime", description: "The first moment that no longer belongs to it." }),
    status: t.expose("status", { type: MetricExportStatusEnum, description: "How far it is." }),
    progress: t.exposeFloat("progress", { description: "0 to 1, by the readings' dates; moves every two seconds." }),
    rows: t.exposeInt("rows", { description: "Readings written so far." }),
    bytes: t.float({
      nullable: true,
      description: "Size of the file, a whole number; null until it is there.",
      select: { bytes: true },
      resolve: ({ bytes }) => (bytes === null ? null : Number(bytes)),
    }),
    failure: t.exposeString("failure", { nullable: true, description: "Why it could not be written, and what to do." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When somebody asked for it." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When it is deleted, seven days after it was ready; null until then.",
    }),
    downloadUrl: t.string({
      nullable: true,
      description:
        "Signed address of the file; needs no sign-in, works until `expiresAt`. Whoever has it has the numbers. Null unless READY.",
      select: { id: true, status: true, expiresAt: true },
      resolve: ({ id, status, expiresAt }, _args, { services }) =>
        status === "READY" && expiresAt !== null && expiresAt > services.clock.now()
          ? exportUrl(services, id, expiresAt)
          : null,
    }),
  }),
});

const MetricExportConnection = builder.connectionObject(
  { type: MetricExportType, name: "MetricExportConnection", description: "A page of files of numbers." },
  { name: "MetricExportEdge", description: "A file of numbers in its list." },
);

builder.queryField("metricExports", (t) =>
  t.connection(
    {
      type: MetricExportType,
      nullable: true,
      description: "The files of a workspace's numbers that were asked for within the last days, the newest first.",
      authScopes: { may: "analytics:read" },
      args: { workspaceId: t.arg.id({ description: "Default: your personal workspace." }) },
      resolve: (_root, { workspaceId, ...args }, context, info) => {
        const { metricExport } = context.services.db;
        const viewer = requireViewer(context);
        const where = { workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer) };
        return keysetConnection(
          { order: createdOrders.CREATED_DESC, args },
          (page) =>
            metricExport.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => metricExport.count({ where, take }),
        );
      },
    },
    MetricExportConnection,
  ),
);

const ExportAnalyticsInput = builder.inputType("ExportAnalyticsInput", {
  description: "Which numbers, and in which form.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Default: your personal workspace." }),
    format: t.field({ type: MetricExportFormatEnum, required: true, description: "The form of the file." }),
    range: t.field({ type: DateTimeRange, required: true, description: "Readings within it; at most 366 days." }),
  }),
});

const ExportAnalyticsSuccess = builder.objectRef<{ readonly exportId: string }>("ExportAnalyticsSuccess").implement({
  description: "A worker writes the file.",
  isTypeOf: (value) => typeof value === "object" && value !== null && "exportId" in value,
  fields: (t) => ({
    export: t.prismaField({
      type: MetricExportType,
      description: "The file to be; ask for it by its id with `node`.",
      resolve: (query, { exportId }, _args, { services }) =>
        services.db.metricExport.findUniqueOrThrow({ ...query, where: { id: exportId } }),
    }),
  }),
});

builder.mutationField("exportAnalytics", (t) =>
  t.withAuth({ may: "analytics:read" }).field({
    type: ExportAnalyticsSuccess,
    nullable: true,
    description: "Asks for a file of all readings of a workspace's numbers; at most three are written at a time.",
    args: { input: t.arg({ type: ExportAnalyticsInput, required: true, description: "Which numbers." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: async (_root, { input }, { services, viewer }) => {
      const { format, range } = input;
      const workspaceId = workspaceOf(viewer, input.workspaceId);
      return { exportId: await exportAnalytics(services, viewer, { workspaceId, format, range }) };
    },
  }),
);
