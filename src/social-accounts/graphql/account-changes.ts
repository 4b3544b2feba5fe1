import { builder } from "../../graphql/builder.ts";
import { rowId } from "../../graphql/ids.ts";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  TooManyAttemptsError,
  ValidationError,
} from "../../infra/errors.ts";
import { checkSocialAccount } from "../check-social-account.ts";
import { disconnectSocialAccount } from "../disconnect-social-account.ts";
import { PlatformUnavailableError } from "../errors.ts";
import { pauseSocialAccount } from "../pause-social-account.ts";
import { resumeSocialAccount } from "../resume-social-account.ts";
import { changedSocialAccount } from "./social-account.ts";

const accountErrors = [ValidationError, NotFoundError, ForbiddenError] as const;

/** Input and success of an act on one account, which all look alike. */
function actOn(verb: string, does: string, done: string) {
  const input = builder.inputType(`${verb}SocialAccountInput`, {
    description: does,
    fields: (t) => ({ socialAccountId: t.id({ required: true, description: "The account." }) }),
  });
  const success = builder
    .objectRef<{ readonly socialAccountId: string }>(`${verb}SocialAccountSuccess`)
    .implement({ description: done, interfaces: [changedSocialAccount], isTypeOf: () => true });
  return { input, success };
}

const rowOf = (input: { readonly socialAccountId: string }) => ({
  socialAccountId: rowId("SocialAccount", input.socialAccountId, ["socialAccountId"]),
});

const check = actOn("Check", "An account to ask the platform about.", "The platform answered; the account says what.");

builder.mutationField("checkSocialAccount", (t) =>
  t.withAuth({ may: "social-accounts:write" }).field({
    type: check.success,
    nullable: true,
    description:
      "Asks the platform now whether an account still lets us in, and reads its name again; `state` and `lastError` say what came of it. Five times in five minutes for one account.",
    args: { input: t.arg({ type: check.input, required: true, description: "The account." }) },
    errors: { types: [...accountErrors, ConflictError, PlatformUnavailableError, TooManyAttemptsError] },
    resolve: (_root, { input }, { services, viewer }) => checkSocialAccount(services, viewer, rowOf(input)),
  }),
);

const pause = actOn("Pause", "An account to pause.", "Nothing goes out to the account.");

builder.mutationField("pauseSocialAccount", (t) =>
  t.withAuth({ may: "social-accounts:write" }).field({
    type: pause.success,
    nullable: true,
    description: "Pauses an account: nothing goes out to it until it is resumed. Its access is kept alive meanwhile.",
    args: { input: t.arg({ type: pause.input, required: true, description: "The account." }) },
    errors: { types: [...accountErrors, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) => pauseSocialAccount(services, viewer, rowOf(input)),
  }),
);

const resume = actOn("Resume", "A paused account to put to use again.", "The account is in use again.");

builder.mutationField("resumeSocialAccount", (t) =>
  t.withAuth({ may: "social-accounts:write" }).field({
    type: resume.success,
    nullable: true,
    description: "Puts a paused account to use again. What came due meanwhile and is too late asks before it goes out.",
    args: { input: t.arg({ type: resume.input, required: true, description: "The account." }) },
    errors: { types: [...accountErrors, ConflictError] },
    resolve: (_root, { input }, { services, viewer }) => resumeSocialAccount(services, viewer, rowOf(input)),
  }),
);

const disconnect = actOn("Disconnect", "An account to disconnect.", "The account is disconnected.");

builder.mutationField("disconnectSocialAccount", (t) =>
  t.withAuth({ may: "social-accounts:write" }).field({
    type: disconnect.success,
    nullable: true,
    description:
      "Disconnects an account: what was scheduled for it is cancelled with a reason, its access is ended at the platform where that can be done, and erased here. What is being sent at this moment ends as it ends.",
    args: { input: t.arg({ type: disconnect.input, required: true, description: "The account." }) },
    errors: { types: [...accountErrors] },
    resolve: (_root, { input }, { services, viewer }) => disconnectSocialAccount(services, viewer, rowOf(input)),
  }),
);
