import { builder } from "../../graphql/builder.ts";
import type { ConnectionField } from "../../platforms/connection.ts";
import { metrics } from "../../platforms/measuring.ts";
import type { PlatformDefinition, PostQuota } from "../../platforms/platform.ts";
import { type PlatformMethod, platforms } from "../../platforms/registry.ts";
import type { PlatformOption } from "../../platforms/rules.ts";
import { capabilityOfMethod, type MissingSetting, missingSettings } from "../platform-settings.ts";
import { CapabilityEnum, ConnectionMethodEnum, PlatformEnum } from "./enums.ts";
import { PlatformLimits } from "./platform-limits.ts";

const MissingSettingType = builder.objectRef<MissingSetting>("MissingSetting").implement({
  description: "A setting that a platform needs and the server does not have. Its operator sets it in the environment.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The variable." }),
    description: t.exposeString("description", { description: "What it is and where to get it." }),
  }),
});

const ConnectionFieldType = builder.objectRef<ConnectionField>("ConnectionField").implement({
  description: "A field of the form that connects an account.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Its name in the form's input." }),
    description: t.exposeString("description", { description: "What to write into it." }),
    required: t.exposeBoolean("required", { description: "Whether it must be filled in." }),
    secret: t.boolean({
      description: "Whether it is a password or token: show dots.",
      resolve: ({ secret }) => secret ?? false,
    }),
  }),
});

const ConnectionMethodKind = builder.enumType("ConnectionMethodKind", {
  description: "What connecting takes.",
  values: {
    FORM: { description: "A form: `connectSocialAccount`." },
    REDIRECT: { description: "Signing in at the platform in a browser: `startConnection`." },
  } as const,
});

const ConnectionMethodType = builder.objectRef<PlatformMethod>("PlatformConnectionMethod").implement({
  description: "A way to connect an account of a platform.",
  fields: (t) => ({
    method: t.field({
      type: ConnectionMethodEnum,
      description: "Pass it to `startConnection`.",
      resolve: ({ method }) => method.name,
    }),
    name: t.string({
      description: "The field of `connectSocialAccount`'s `account`, for forms.",
      resolve: ({ method }) => method.name,
    }),
    kind: t.field({ type: ConnectionMethodKind, description: "What it takes.", resolve: ({ method }) => method.kind }),
    label: t.string({ description: "Its name for people.", resolve: ({ method }) => method.label }),
    description: t.string({ description: "What it is.", resolve: ({ method }) => method.description }),
    fields: t.field({
      type: [ConnectionFieldType],
      description: "What its form asks for; empty for redirects.",
      resolve: ({ method }) => (method.kind === "FORM" ? [...method.fields] : []),
    }),
    needsServer: t.boolean({
      description: "Whether `startConnection` must be told the server on which the account is.",
      resolve: ({ method }) => method.kind === "REDIRECT" && method.server,
    }),
    scopes: t.stringList({
      description: "What the platform is asked to grant; empty for forms.",
      resolve: ({ method }) => (method.kind === "REDIRECT" ? [...method.scopes] : []),
    }),
    capability: t.field({
      type: CapabilityEnum,
      nullable: true,
      description: "What can be found out about an interrupted send to such accounts; null while the platform is off.",
      resolve: (method, _args, { services }) => capabilityOfMethod(services.platforms, method),
    }),
  }),
});

const PlatformOptionKind = builder.enumType("PlatformOptionKind", {
  description: "What an option's value is.",
  values: {
    FLAG: { value: "flag", description: "True or false." },
    CHOICE: { value: "choice", description: "One of `values`." },
    TEXT: { value: "text", description: "A text of at most `max` characters." },
    TEXTS: { value: "texts", description: "At most `maxItems` texts of at most `max` characters." },
  } as const,
});

interface OptionValue {
  readonly value: string;
  readonly description: string;
}

const PlatformOptionValue = builder.objectRef<OptionValue>("PlatformOptionValue").implement({
  description: "What an option may be.",
  fields: (t) => ({
    value: t.exposeString("value", { description: "The value." }),
    description: t.exposeString("description", { description: "What it means." }),
  }),
});

const PlatformOptionType = builder.objectRef<PlatformOption>("PlatformOption").implement({
  description: "A setting of a post that only this platform has.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Its name." }),
    description: t.exposeString("description", { description: "What it does." }),
    kind: t.field({ type: PlatformOptionKind, description: "What its value is.", resolve: ({ kind }) => kind }),
    values: t.field({
      type: [PlatformOptionValue],
      description: "What a CHOICE may be; empty for others.",
      resolve: (option) => (option.kind === "choice" ? [...option.values] : []),
    }),
    max: t.int({
      nullable: true,
      description: "Characters of a text, at most; null for others.",
      resolve: (option) => (option.kind === "text" || option.kind === "texts" ? option.max : null),
    }),
    maxItems: t.int({
      nullable: true,
      description: "Texts, at most; null for others.",
      resolve: (option) => (option.kind === "texts" ? option.maxItems : null),
    }),
  }),
});

const PostQuotaType = builder.objectRef<PostQuota>("PostQuota").implement({
  description: "How often an account may post, as far as is known beforehand.",
  fields: (t) => ({
    posts: t.exposeInt("posts", { description: "Posts, at most." }),
    seconds: t.int({ description: "In each so many seconds.", resolve: ({ window }) => Math.round(window / 1_000) }),
  }),
});

const PlatformMetric = builder.objectRef<OptionValue>("PlatformMetric").implement({
  description: "Something that a platform counts about a post.",
  fields: (t) => ({
    name: t.exposeString("value", { description: "Its name: `LIKES`." }),
    description: t.exposeString("description", { description: "What is counted." }),
  }),
});

const PlatformInfo = builder.objectRef<PlatformDefinition>("PlatformInfo").implement({
  description: "A platform: whether this server can use it, how accounts are connected, and what it takes.",
  fields: (t) => ({
    platform: t.field({ type: PlatformEnum, description: "Which one.", resolve: ({ name }) => name }),
    label: t.exposeString("label", { description: "Its name for people." }),
    description: t.exposeString("description", { description: "What it is." }),
    available: t.boolean({
      description: "Whether this server is set up for it.",
      resolve: ({ name }, _args, { services }) => services.platforms.has(name),
    }),
    missingSettings: t.field({
      type: [MissingSettingType],
      description: "What the server's operator can set so that it becomes available; empty when it is.",
      resolve: (definition, _args, { services }) => missingSettings(services, definition),
    }),
    methods: t.field({
      type: [ConnectionMethodType],
      description: "The ways to connect an account.",
      resolve: (platform) => platform.methods.map((method) => ({ platform, method })),
    }),
    limits: t.field({
      type: PlatformLimits,
      description: "What it takes. An account may have other limits: see `SocialAccount.limits`.",
      resolve: ({ rules }) => rules,
    }),
    options: t.field({
      type: [PlatformOptionType],
      description: "Settings that only its posts have.",
      resolve: ({ options }) => [...options],
    }),
    settleSeconds: t.int({
      nullable: true,
      description: "Seconds before an interrupted send may be looked up; null while the platform is off.",
      resolve: ({ name }, _args, { services }) => {
        const opened = services.platforms.get(name);
        return opened === undefined ? null : Math.ceil(opened.settleWindow / 1_000);
      },
    }),
    quota: t.field({
      type: PostQuotaType,
      nullable: true,
      description: "How often an account may post; null where nothing is known beforehand.",
      resolve: ({ quota }) => quota,
    }),
    metrics: t.field({
      type: [PlatformMetric],
      description: "What it counts about a post.",
      resolve: ({ measuring }) =>
        (measuring?.metrics ?? []).map((metric) => ({ value: metric, description: metrics[metric] })),
    }),
    declaresAi: t.exposeBoolean("declaresAi", {
      description: "Whether pictures of trained models are declared to it.",
    }),
    needsPublicUrl: t.exposeBoolean("needsPublicUrl", {
      description: "Whether it fetches pictures from this server, which must then be reachable from the internet.",
    }),
    renewsAccess: t.boolean({
      description: "Whether the access of its accounts ends and is renewed by this server.",
      resolve: ({ refresh }) => refresh !== null,
    }),
  }),
});

builder.queryField("platforms", (t) =>
  t.withAuth({ signedIn: true }).field({
    type: [PlatformInfo],
    nullable: true,
    description: "Every platform that Atelier knows, whether or not this server is set up for it.",
    resolve: () => [...platforms],
  }),
);
