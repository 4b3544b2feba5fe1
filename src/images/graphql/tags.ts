import { builder } from "../../graphql/builder.ts";
import { encodeGlobalId, rowId, rowIds } from "../../graphql/ids.ts";
import { readIds } from "../../graphql/read-ids.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from "../../infra/errors.ts";
import { deleteTag } from "../tags/delete-tag.ts";
import { mergeTags } from "../tags/merge-tags.ts";
import { renameTag } from "../tags/rename-tag.ts";
import { saveTag } from "../tags/save-tag.ts";
import { tagImages } from "../tags/tag-images.ts";
import { mostTagsOfWorkspace } from "../tags/tag-name.ts";
import { untagImages } from "../tags/untag-images.ts";
import { bulkImageIdsText, bulkSuccess } from "./image-outcomes.ts";

const TagType = builder.prismaNode("Tag", {
  nullable: true,
  id: { field: "id", description: "The tag's id." },
  description: "A word that pictures of a workspace are found by.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "images:read" },
  runScopesOnType: true,
  fields: (t) => ({
    name: t.exposeString("name", {
      description: "As written; no other tag of the workspace has it, in whatever case.",
    }),
    colour: t.exposeString("colour", { description: "`#rrggbb`." }),
    imageCount: t.relationCount("images", {
      description: "How many pictures have it, the trash excepted.",
      where: { image: { trashedAt: null } },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    workspace: t.relation("workspace", { description: "Whose it is." }),
  }),
});

builder.prismaObjectField("Image", "tags", (t) =>
  t.field({
    type: [TagType],
    description: "Its tags, by name; at most 50.",
    select: (_args, _context, nestedSelection) => ({
      tags: { orderBy: { tag: { nameKey: "asc" as const } }, select: { tag: nestedSelection(true) } },
    }),
    resolve: ({ tags }) => tags.map(({ tag }) => tag),
  }),
);

builder.queryField("tags", (t) =>
  t.withAuth({ may: "images:read" }).prismaField({
    type: [TagType],
    nullable: true,
    description: `The tags of a workspace, by name; at most ${mostTagsOfWorkspace}.`,
    args: { workspaceId: t.arg.id({ description: "Default: your personal workspace." }) },
    resolve: (query, _root, { workspaceId }, { services, viewer }) =>
      services.db.tag.findMany({
        ...query,
        where: { workspaceId: workspaceOf(viewer, workspaceId), ...visibleTo(viewer) },
        orderBy: { nameKey: "asc" },
      }),
  }),
);

/** The field of a success that carries the tag it changed. */
const changedTag = builder.interfaceRef<{ readonly tagId: string }>("ChangedTag").implement({
  description: "Carries the tag it changed.",
  fields: (t) => ({
    tag: t.prismaField({
      type: TagType,
      description: "The tag, as it is now.",
      resolve: (query, { tagId }, _args, { services }) =>
        services.db.tag.findUniqueOrThrow({ ...query, where: { id: tagId } }),
    }),
  }),
});

const success = (name: string, description: string) =>
  builder.objectRef<{ tagId: string }>(name).implement({ description, interfaces: [changedTag], isTypeOf: () => true });

const errors = { types: [ValidationError, NotFoundError, ForbiddenError, ConflictError] };

const SaveTagInput = builder.inputType("SaveTagInput", {
  description: "A tag to make, or to give another colour.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    name: t.string({ required: true, description: "At most 50 characters; compared without regard to case." }),
    colour: t.string({ description: "`#rrggbb`. Default: the one it has, or for a new tag one chosen by its name." }),
  }),
});

builder.mutationField("saveTag", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: success("SaveTagSuccess", "The tag is there."),
    nullable: true,
    description: `Makes a tag, or gives the one of that name another colour. A workspace has at most ${mostTagsOfWorkspace}.`,
    args: { input: t.arg({ type: SaveTagInput, required: true, description: "The tag." }) },
    errors,
    resolve: (_root, { input }, { services, viewer }) =>
      saveTag(services, viewer, { ...input, workspaceId: workspaceOf(viewer, input.workspaceId) }),
  }),
);

const RenameTagInput = builder.inputType("RenameTagInput", {
  description: "Another name for a tag.",
  fields: (t) => ({
    tagId: t.id({ required: true, description: "The tag." }),
    name: t.string({ required: true, description: "Its new name, which no other tag has." }),
  }),
});

builder.mutationField("renameTag", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: success("RenameTagSuccess", "The tag has its new name, on every picture."),
    nullable: true,
    description:
      "Gives a tag another name, on every picture that has it. Where those are many, the text search learns of it within a minute or so.",
    args: { input: t.arg({ type: RenameTagInput, required: true, description: "The tag and its name." }) },
    errors,
    resolve: (_root, { input }, { services, viewer }) =>
      renameTag(services, viewer, { tagId: rowId("Tag", input.tagId, ["tagId"]), name: input.name }),
  }),
);

const MergeTagsInput = builder.inputType("MergeTagsInput", {
  description: "Two tags that shall be one.",
  fields: (t) => ({
    fromTagId: t.id({ required: true, description: "The tag that goes." }),
    intoTagId: t.id({ required: true, description: "The tag that stays." }),
  }),
});

builder.mutationField("mergeTags", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: success("MergeTagsSuccess", "One tag is gone; its pictures have the other."),
    nullable: true,
    description:
      "Gives every picture of one tag another one instead, and deletes the first. Where those are many, the text search learns of it within a minute or so.",
    args: { input: t.arg({ type: MergeTagsInput, required: true, description: "The two tags." }) },
    errors,
    resolve: (_root, { input }, { services, viewer }) =>
      mergeTags(
        services,
        viewer,
        readIds((id) => ({
          fromTagId: id("Tag", input.fromTagId, ["fromTagId"]),
          intoTagId: id("Tag", input.intoTagId, ["intoTagId"]),
        })),
      ),
  }),
);

const DeleteTagInput = builder.inputType("DeleteTagInput", {
  description: "A tag to delete.",
  fields: (t) => ({ tagId: t.id({ required: true, description: "The tag." }) }),
});

const DeleteTagSuccess = builder.objectRef<{ tagId: string }>("DeleteTagSuccess").implement({
  description: "The tag is gone; its pictures stay.",
  fields: (t) => ({
    deletedId: t.id({ description: "The tag's id.", resolve: ({ tagId }) => encodeGlobalId("Tag", tagId) }),
  }),
});

builder.mutationField("deleteTag", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: DeleteTagSuccess,
    nullable: true,
    description:
      "Takes a tag off every picture and deletes it. The pictures stay. Where those are many, the text search learns of it within a minute or so.",
    args: { input: t.arg({ type: DeleteTagInput, required: true, description: "The tag." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      deleteTag(services, viewer, { tagId: rowId("Tag", input.tagId, ["tagId"]) }),
  }),
);

const tagsText = "Names of tags, compared without regard to case; at most 50.";

const TagImagesInput = builder.inputType("TagImagesInput", {
  description: "Tags for pictures.",
  fields: (t) => ({
    imageIds: t.idList({ required: true, description: bulkImageIdsText }),
    tags: t.stringList({ required: true, description: `${tagsText} Those that there are none of are made.` }),
  }),
});

builder.mutationField("tagImages", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: bulkSuccess("TagImagesSuccess", "The images have the tags, or say why they do not."),
    nullable: true,
    description: "Gives images tags, beside those they have. An image has at most 50.",
    args: { input: t.arg({ type: TagImagesInput, required: true, description: "Images and tags." }) },
    errors: { types: [ValidationError, ForbiddenError, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) =>
      tagImages(services, viewer, { ...input, imageIds: rowIds("Image", input.imageIds, ["imageIds"]) }),
  }),
);

const UntagImagesInput = builder.inputType("UntagImagesInput", {
  description: "Tags that pictures shall lose.",
  fields: (t) => ({
    imageIds: t.idList({ required: true, description: bulkImageIdsText }),
    tags: t.stringList({ required: true, description: tagsText }),
  }),
});

builder.mutationField("untagImages", (t) =>
  t.withAuth({ may: "images:edit" }).field({
    type: bulkSuccess("UntagImagesSuccess", "The images are without the tags, or say why they are not."),
    nullable: true,
    description: "Takes tags off images; those that an image does not have are no fault.",
    args: { input: t.arg({ type: UntagImagesInput, required: true, description: "Images and tags." }) },
    errors: { types: [ValidationError, ForbiddenError] },
    resolve: (_root, { input }, { services, viewer }) =>
      untagImages(services, viewer, { ...input, imageIds: rowIds("Image", input.imageIds, ["imageIds"]) }),
  }),
);
