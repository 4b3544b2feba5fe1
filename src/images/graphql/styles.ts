import type { Image } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import type { Viewer } from "../../graphql/context.ts";
import { encodeGlobalId, rowId } from "../../graphql/ids.ts";
import { type KeysetOrder, keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { onceEach } from "../../graphql/once-each.ts";
import { relatedConnection } from "../../graphql/related-connection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { memberOf, visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { deleteStyle } from "../styles/delete-style.ts";
import { mostStyles, saveStyle } from "../styles/save-style.ts";
import { ImageType } from "./image.ts";

/** Built-in styles are everybody's. */
const offeredTo = (viewer: Viewer | null) => ({ OR: [{ workspaceId: null }, { workspace: memberOf(viewer) }] });

const previewOf = onceEach<Image | null>();

const StyleVersionType = builder.prismaNode("StyleVersion", {
  nullable: true,
  id: { field: "id", description: "The version's id." },
  description: "What a style said at one time. It never changes.",
  findUnique: (id, { viewer }) => ({ id, style: offeredTo(viewer) }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    number: t.exposeInt("number", { description: "1 for the first." }),
    description: t.exposeString("description", { description: "What it does, for people." }),
    template: t.exposeString("template", { description: "What the provider is given; `{prompt}` is your prompt." }),
    negativePrompt: t.exposeString("negativePrompt", { description: "What its pictures shall not show." }),
    previewImage: t.prismaField({
      type: ImageType,
      nullable: true,
      description: "A picture that shows what it does; null without one, or where it is gone.",
      select: { previewImageId: true },
      resolve: (query, { previewImageId: id }, _args, { services, viewer }, info) =>
        id === null
          ? null
          : previewOf(info, id, () => services.db.image.findFirst({ ...query, where: { id, ...visibleTo(viewer) } })),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was written." }),
    style: t.relation("style", { description: "The style." }),
  }),
});

const newestVersion = { field: "number", direction: "desc", holds: "int" } as const satisfies KeysetOrder<"number">;

const StyleVersionConnection = builder.connectionObject(
  { type: StyleVersionType, name: "StyleVersionConnection", description: "A page of versions." },
  { name: "StyleVersionEdge", description: "A version in its list." },
);

const versionsOf = relatedConnection({
  order: newestVersion,
  load: async ({ services: { db } }, parentIds, page) => {
    const styles = await db.style.findMany({ where: { id: { in: parentIds } }, select: { id: true, versions: page } });
    return styles.map(({ id, versions: rows }) => ({ id, rows }));
  },
  count: async ({ services: { db } }, parentIds) => {
    const select = { id: true, _count: { select: { versions: true } } } as const;
    const styles = await db.style.findMany({ where: { id: { in: parentIds } }, select });
    return styles.map(({ id, _count }) => ({ id, rows: _count.versions }));
  },
});

const StyleType = builder.prismaNode("Style", {
  nullable: true,
  id: { field: "id", description: "The style's id." },
  description: "A named way to ask for pictures.",
  findUnique: (id, { viewer }) => ({ id, AND: [offeredTo(viewer)] }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    name: t.exposeString("name", { description: "What it is called." }),
    isBuiltIn: t.boolean({
      description: "Whether it came with the server; nobody changes those.",
      select: { workspaceId: true },
      resolve: ({ workspaceId }) => workspaceId === null,
    }),
    isDeleted: t.boolean({
      description: "Whether it is no longer offered.",
      select: { deletedAt: true },
      resolve: ({ deletedAt }) => deletedAt !== null,
    }),
    current: t.field({
      type: StyleVersionType,
      description: "What it says now.",
      select: (_args, _context, nestedSelection) => ({
        versions: nestedSelection({ orderBy: { number: "desc" as const }, take: 1 }),
      }),
      resolve: ({ versions: [version] }) => {
        if (version === undefined) throw new Error("A style has no version.");
        return version;
      },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    versions: t.connection(
      {
        type: StyleVersionType,
        description: "All it ever said, the newest first. One or two statements for all styles of an answer.",
        select: { id: true },
        resolve: ({ id }, args, context, info) => versionsOf(id, args, context, info),
      },
      StyleVersionConnection,
    ),
  }),
});

builder.prismaObjectField("Workspace", "defaultStyle", (t) =>
  t.relation("defaultStyle", {
    nullable: true,
    description: "The style of pictures for which nobody names one; see `updateWorkspace`. Null: none.",
  }),
);

builder.prismaObjectField("Image", "styleVersion", (t) =>
  t.relation("styleVersion", { nullable: true, description: "The style it was made in; null without one." }),
);

const StyleFilter = builder.inputType("StyleFilter", {
  description: "Which styles; all conditions hold together.",
  fields: (t) => ({
    builtIn: t.boolean({ description: "Only built-in ones, or only the workspace's own." }),
    name: t.string({ description: "Only with this text in their name, in whatever case." }),
  }),
});

const byName = { field: "nameKey", direction: "asc", holds: "text" } as const satisfies KeysetOrder<"nameKey">;

const StyleConnection = builder.connectionObject(
  { type: StyleType, name: "StyleConnection", description: "A page of styles." },
  { name: "StyleEdge", description: "A style in its list." },
);

builder.queryField("styles", (t) =>
  t.connection(
    {
      type: StyleType,
      nullable: true,
      description: "The built-in styles and a workspace's own, by name.",
      authScopes: { may: "images:read" },
      args: {
        workspaceId: t.arg.id({ description: "Default: your personal workspace." }),
        filter: t.arg({ type: StyleFilter, description: "Which styles; all of them by default." }),
      },
      resolve: (_root, { workspaceId, filter, ...args }, context, info) => {
        const { db } = context.services;
        const viewer = requireViewer(context);
        const own = { workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer) };
        const { builtIn, name } = filter ?? {};
        const where = {
          deletedAt: null,
          OR: [...(builtIn === true ? [] : [own]), ...(builtIn === false ? [] : [{ workspaceId: null }])],
          ...(name && { nameKey: { contains: name.toLowerCase() } }),
        };
        return keysetConnection(
          { order: byName, args },
          (page) =>
            db.style.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.style.count({ where, take }),
        );
      },
    },
    StyleConnection,
  ),
);

const SaveStyleInput = builder.inputType("SaveStyleInput", {
  description: "A style as it shall be, whole.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it is. Default: your personal workspace." }),
    styleId: t.id({ description: "The style to change. Default: a new one." }),
    name: t.string({ required: true, description: "At most 80 characters; no other own style has it." }),
    template: t.string({ required: true, description: "At most 2,000 characters, with `{prompt}` exactly once." }),
    negativePrompt: t.string({ description: "What its pictures shall not show; at most 1,000 characters." }),
    description: t.string({ description: "What it does, for people; at most 500 characters." }),
    previewImageId: t.id({ description: "A generated image of the workspace that shows what it does." }),
  }),
});

const SaveStyleSuccess = builder.objectRef<{ styleId: string }>("SaveStyleSuccess").implement({
  description: "The style is as you wrote.",
  fields: (t) => ({
    style: t.prismaField({
      type: StyleType,
      description: "The style, as it is now.",
      resolve: (query, { styleId }, _args, { services }) =>
        services.db.style.findUniqueOrThrow({ ...query, where: { id: styleId } }),
    }),
  }),
});

builder.mutationField("saveStyle", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: SaveStyleSuccess,
    nullable: true,
    description: `Makes a style, or gives one another name and another version. A workspace has at most ${mostStyles} of its own.`,
    args: { input: t.arg({ type: SaveStyleInput, required: true, description: "The style." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      saveStyle(services, viewer, {
        ...input,
        workspaceId: workspaceOf(viewer, input.workspaceId),
        styleId: input.styleId ? rowId("Style", input.styleId, ["styleId"]) : null,
        previewImageId: input.previewImageId ? rowId("Image", input.previewImageId, ["previewImageId"]) : null,
      }),
  }),
);

const DeleteStyleInput = builder.inputType("DeleteStyleInput", {
  description: "A style that shall no longer be offered.",
  fields: (t) => ({ styleId: t.id({ required: true, description: "The style." }) }),
});

const DeleteStyleSuccess = builder.objectRef<{ styleId: string }>("DeleteStyleSuccess").implement({
  description: "The style is no longer offered.",
  fields: (t) => ({
    deletedId: t.id({ description: "The style's id.", resolve: ({ styleId }) => encodeGlobalId("Style", styleId) }),
  }),
});

builder.mutationField("deleteStyle", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: DeleteStyleSuccess,
    nullable: true,
    description: "Takes a style out of what is offered. Pictures made with it keep naming it.",
    args: { input: t.arg({ type: DeleteStyleInput, required: true, description: "The style." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      deleteStyle(services, viewer, { styleId: rowId("Style", input.styleId, ["styleId"]) }),
  }),
);
