import { builder } from "../../graphql/builder.ts";
import { visibleTo } from "../../graphql/visible-to.ts";
import { rulesOf } from "../../platforms/registry.ts";
import { remoteAccount } from "../remote-account.ts";
import { ConnectionMethodEnum, PlatformEnum, SocialAccountStateEnum } from "./enums.ts";
import { PlatformLimits } from "./platform-limits.ts";

const accountColumns = {
  ...{ platform: true, remoteId: true, handle: true, name: true, url: true, method: true, details: true },
} as const;

/** A connected profile. What opens it is never part of it. */
export const SocialAccountType = builder.prismaNode("SocialAccount", {
  nullable: true,
  id: { field: "id", description: "The account's id." },
  description: "A connected profile on a platform.",
  findUnique: (id, { viewer }) => ({ id, ...visibleTo(viewer) }),
  authScopes: { may: "social-accounts:read" },
  runScopesOnType: true,
  fields: (t) => ({
    platform: t.field({
      type: PlatformEnum,
      description: "Where it is.",
      select: { platform: true },
      resolve: ({ platform }) => platform,
    }),
    method: t.field({
      type: ConnectionMethodEnum,
      description: "How it was connected; connect it again in the same way.",
      select: { method: true },
      resolve: ({ method }) => method,
    }),
    handle: t.exposeString("handle", { description: "Its name at the platform, as in its address." }),
    name: t.exposeString("name", { description: "Its name for people." }),
    url: t.exposeString("url", { nullable: true, description: "Its public page." }),
    state: t.expose("state", { type: SocialAccountStateEnum, description: "Whether it can be published to." }),
    pausedAt: t.expose("pausedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when it is paused; also kept while it needs to be connected again.",
    }),
    lastCheckedAt: t.expose("lastCheckedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the platform was last asked about it; null: not yet.",
    }),
    lastSuccessAt: t.expose("lastSuccessAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last published to.",
    }),
    lastError: t.exposeString("lastError", { nullable: true, description: "What went wrong last, in words." }),
    lastErrorAt: t.expose("lastErrorAt", { type: "DateTime", nullable: true, description: "When it went wrong." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When access ends unless it is renewed, which happens by itself where the platform allows it.",
    }),
    limitedUntil: t.expose("limitedUntil", {
      type: "DateTime",
      nullable: true,
      description: "The platform asked to be left alone until then.",
    }),
    scopes: t.exposeStringList("scopes", { description: "What the platform granted." }),
    limits: t.field({
      type: PlatformLimits,
      description: "What a post to this account may be.",
      select: accountColumns,
      resolve: ({ platform, ...account }) => rulesOf(platform, remoteAccount(account)),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was first connected." }),
    disconnectedAt: t.expose("disconnectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was disconnected; null while it is not.",
    }),
    workspace: t.relation("workspace", { description: "Whose it is." }),
  }),
});

/** What an act on an account answers. */
export const changedSocialAccount = builder
  .interfaceRef<{ readonly socialAccountId: string }>("ChangedSocialAccount")
  .implement({
    description: "Carries the social account it changed.",
    fields: (t) => ({
      socialAccount: t.prismaField({
        type: SocialAccountType,
        description: "The account, as it is now.",
        resolve: (query, { socialAccountId }, _args, { services }) =>
          services.db.socialAccount.findUniqueOrThrow({ ...query, where: { id: socialAccountId } }),
      }),
    }),
  });
