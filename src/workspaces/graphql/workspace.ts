import type { Workspace } from "../../generated/prisma/client.ts";
import { builder } from "../../graphql/builder.ts";
import { onceEach } from "../../graphql/once-each.ts";
import { memberOf } from "../../graphql/visible-to.ts";

/** What a member may do. */
export const RoleEnum = builder.enumType("Role", {
  description: "What a member may do.",
  values: {
    OWNER: { description: "Everything." },
    EDITOR: { description: "Creates pictures and posts, and schedules them." },
    REVIEWER: { description: "Approves and rejects." },
    VIEWER: { description: "Reads." },
  } as const,
});

/** Whether pictures need approval. */
export const ReviewPolicyEnum = builder.enumType("ReviewPolicy", {
  description: "Whether a picture needs somebody's approval before it can be published.",
  values: {
    REQUIRED: { description: "Only approved pictures can be published." },
    NONE: { description: "Every picture can be published that nobody rejected." },
  } as const,
});

/** Whether posts need approval. */
export const PostApprovalPolicyEnum = builder.enumType("PostApprovalPolicy", {
  description: "Whether a post needs somebody's approval before it can be published.",
  values: {
    REQUIRED: { description: "Only what was approved, exactly as it was approved, is published." },
    NONE: { description: "Posts are published as they are scheduled; one that was submitted waits all the same." },
  } as const,
});

/** The Workspace type. */
export const WorkspaceType = builder.prismaNode("Workspace", {
  nullable: true,
  id: { field: "id", description: "The workspace's id." },
  description: "Owns pictures, posts and social accounts. Everybody gets a personal one.",
  findUnique: (id, { viewer }) => ({ id, AND: [memberOf(viewer)] }),
  fields: (t) => ({
    name: t.exposeString("name", { description: "Its name." }),
    timeZone: t.exposeString("timeZone", { description: "IANA time zone of its plans." }),
    reviewPolicy: t.expose("reviewPolicy", {
      type: ReviewPolicyEnum,
      description: "Whether its pictures need approval before they can be published.",
    }),
    postApprovalPolicy: t.expose("postApprovalPolicy", {
      type: PostApprovalPolicyEnum,
      description: "Whether its posts need approval before they can be published.",
    }),
    imageRetentionDays: t.exposeInt("imageRetentionDays", {
      nullable: true,
      description: "After how many days pictures that nobody kept are cleaned up; null: never.",
    }),
    defaultProvider: t.exposeString("defaultProvider", {
      nullable: true,
      description: "Name of the image provider of pictures for which nobody names one; null: the server's first.",
    }),
    fallbackProviders: t.exposeStringList("fallbackProviders", {
      description:
        "Names of the image providers that are asked, in this order, for a picture whose own provider cannot make it. A refusal of its content is final: nobody else is asked.",
    }),
    version: t.exposeInt("version", {
      description: "Rises with every change of its settings; pass it as `expectedVersion`.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    isPersonal: t.boolean({
      description: "Whether it is your personal workspace: the one that inputs without `workspaceId` mean.",
      select: { personalOf: true },
      resolve: (workspace, _args, { viewer }) =>
        workspace.personalOf !== null && workspace.personalOf === viewer?.userId,
    }),
    role: t.field({
      type: RoleEnum,
      description: "What you may do in it.",
      select: (_args, { viewer }) => ({ members: { where: { userId: viewer?.userId ?? "" }, select: { role: true } } }),
      resolve: (workspace) => workspace.members[0]?.role ?? "VIEWER",
    }),
  }),
});

const workspacesOf = onceEach<Workspace[]>();

builder.prismaObjectField("User", "workspaces", (t) =>
  t.prismaField({
    type: ["Workspace"],
    description: "The workspaces you are a member of, the oldest first; of somebody else, those that you share.",
    resolve: (query, user, _args, { services, viewer }, info) =>
      workspacesOf(info, user.id, () =>
        services.db.workspace.findMany({
          ...query,
          where: { AND: [{ members: { some: { userId: user.id } } }, memberOf(viewer)] },
          orderBy: [{ createdAt: "asc" }, { id: "asc" }],
        }),
      ),
  }),
);
