import { builder } from "../../graphql/builder.ts";
import { ErrorInterface } from "../../graphql/errors.ts";
import { workspaceOf } from "../../graphql/workspace-of.ts";
import { ForbiddenError, NotFoundError, TooManyAttemptsError, ValidationError } from "../../infra/errors.ts";
import { connectionMethods } from "../../platforms/registry.ts";
import { type ConnectionRequest, connectSocialAccount } from "../connect-social-account.ts";
import { PlatformUnavailableError } from "../errors.ts";
import { changedSocialAccount } from "./social-account.ts";

builder.objectType(PlatformUnavailableError, {
  name: "PlatformUnavailableError",
  description: "The platform could not be asked; nothing was changed.",
  interfaces: [ErrorInterface],
});

/** One input type per form, made of the fields it asks for. */
const connectionForms = connectionMethods.flatMap(({ method }) => {
  if (method.kind !== "FORM") return [];
  const form = builder.inputType(`${method.name.charAt(0).toUpperCase()}${method.name.slice(1)}ConnectionInput`, {
    description: `What connecting by "${method.label}" needs.`,
    fields: (t) =>
      Object.fromEntries(
        method.fields.map(({ name, description, required }) => [name, t.string({ required, description })]),
      ),
  });
  return [{ method, form }];
});

const ConnectionInput = builder.inputType("SocialAccountConnectionInput", {
  description: "The account to connect, by the way it is connected: give exactly one.",
  isOneOf: true,
  fields: (t) =>
    Object.fromEntries(
      connectionForms.map(({ method, form }) => [
        method.name,
        t.field({ type: form, description: method.description }),
      ]),
    ),
});

const ConnectSocialAccountInput = builder.inputType("ConnectSocialAccountInput", {
  description: "An account to publish to.",
  fields: (t) => ({
    workspaceId: t.id({ description: "Whose it will be. Default: your personal workspace." }),
    account: t.field({ type: ConnectionInput, required: true, description: "The way and what it asks for." }),
  }),
});

const ConnectSocialAccountSuccess = builder
  .objectRef<{ readonly socialAccountId: string }>("ConnectSocialAccountSuccess")
  .implement({
    description: "The account is connected.",
    interfaces: [changedSocialAccount],
    isTypeOf: () => true,
  });

builder.mutationField("connectSocialAccount", (t) =>
  t.withAuth({ may: "social-accounts:write" }).field({
    type: ConnectSocialAccountSuccess,
    nullable: true,
    description: "Connects an account that needs no redirect to its platform. Connecting it again refreshes it.",
    args: { input: t.arg({ type: ConnectSocialAccountInput, required: true, description: "The account." }) },
    errors: { types: [ValidationError, NotFoundError, ForbiddenError, PlatformUnavailableError, TooManyAttemptsError] },
    resolve: (_root, { input }, { services, viewer }) =>
      connectSocialAccount(services, viewer, {
        workspaceId: workspaceOf(viewer, input.workspaceId),
        ...chosenForm(input.account),
      }),
  }),
);

/** GraphQL lets exactly one form through; which one names the method. */
function chosenForm(account: Readonly<Record<string, unknown>>): Omit<ConnectionRequest, "workspaceId"> {
  const [method = "", form] = Object.entries(account)[0] ?? [];
  const texts = Object.entries(form ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { method, fields: Object.fromEntries(texts) };
}
