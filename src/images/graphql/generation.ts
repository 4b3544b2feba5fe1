/** What became of generations: failures in full, and costs. */
import { builder } from "../../graphql/builder.ts";
import { onceEach } from "../../graphql/once-each.ts";
import { explainFailure, type ImageFailureClass, imageFailures, isImageFailureClass } from "../failure-meaning.ts";
import { type ImageCosts, imageCostsOfMonth, sumCosts } from "../image-costs.ts";
import { CostType } from "./money.ts";

const descriptions: Readonly<Record<ImageFailureClass, string>> = {
  auth: "The provider does not accept this server's key.",
  billing: "The account at the provider has no credit.",
  rate_limited: "The provider takes no more requests for the moment.",
  invalid_request: "The provider refuses the request as it is.",
  model_not_found: "The provider does not offer the model.",
  content_policy: "The provider refuses the content. No other provider is asked.",
  provider_unavailable: "The provider cannot be reached, or says that it is down.",
  provider_error: "The provider failed.",
  timeout: "Nobody knows how it ended: the picture may have been made, and charged.",
  cancelled: "Somebody stopped it.",
  bad_output: "The provider answered with something that is no usable picture.",
  unusable_file: "The uploaded or imported file is no picture that can be kept.",
  unreachable: "The address of an import brought nothing.",
  storage_error: "The picture could not be kept in our storage, or is lost from it.",
};

const names = Object.keys(imageFailures).filter(isImageFailureClass);

/** The closed list of ways in which there is no picture. */
export const FailureClassEnum = builder.enumType("FailureClass", {
  description: "Why there is no picture. The list is closed; switch over it.",
  values: Object.fromEntries(
    names.map((name) => [name.toUpperCase(), { value: name, description: descriptions[name] }]),
  ),
});

/** A failure as it is stored. */
export interface StoredFailure {
  readonly failureClass: ImageFailureClass;
  readonly message: string;
  readonly retryable: boolean | null;
}

/** Reads a failure from its columns; null where there is none. A class of a newer server counts as the provider's error. */
export function readFailure({
  failureClass,
  failureMessage,
  failureRetryable = null,
}: {
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  readonly failureRetryable?: boolean | null;
}): StoredFailure | null {
  if (failureClass === null) return null;
  const known = isImageFailureClass(failureClass) ? failureClass : "provider_error";
  return { failureClass: known, message: failureMessage ?? "", retryable: failureRetryable };
}

/** Why a picture could not be made. */
export const ImageFailureType = builder.objectRef<StoredFailure>("ImageFailure").implement({
  description: "Why there is no picture.",
  fields: (t) => ({
    class: t.expose("failureClass", { type: FailureClassEnum, description: "For programs." }),
    message: t.exposeString("message", { description: "For people: what happened." }),
    retryable: t.boolean({
      description: "Whether asking again, unchanged, may help. Where it may cost twice, `advice` says so.",
      resolve: ({ failureClass, retryable }) => explainFailure(failureClass, retryable).retryable,
    }),
    advice: t.string({
      description: "For people: what to do.",
      resolve: ({ failureClass, retryable }) => explainFailure(failureClass, retryable).advice,
    }),
  }),
});

const ImageCostsType = builder.objectRef<ImageCosts>("ImageCosts").implement({
  description:
    "What making pictures cost: every call to a provider, failed ones too. Calls that still run are not in it.",
  fields: (t) => ({
    costs: t.field({
      type: [CostType],
      description: "For each currency, as reported, or else as estimated.",
      resolve: ({ costs }) => [...costs],
    }),
    unknownCount: t.exposeInt("unknownCount", {
      description: "Calls that may have cost something, and nobody can say how much; they are not in `costs`.",
    }),
  }),
});

builder.prismaObjectField("Image", "cost", (t) =>
  t.field({
    type: ImageCostsType,
    description: "What it cost so far, all attempts together.",
    select: { attempts: { select: { costState: true, cost: true, currency: true } } },
    resolve: ({ attempts }) => sumCosts(attempts),
  }),
);

const costsOf = onceEach<ImageCosts>();

builder.prismaObjectField("Workspace", "imageCosts", (t) =>
  t.field({
    type: ImageCostsType,
    nullable: true,
    description: "What its pictures cost in one month.",
    authScopes: { may: "images:read" },
    args: { month: t.arg.string({ required: true, description: "Year and month in UTC, such as `2026-11`." }) },
    select: { id: true },
    resolve: ({ id: workspaceId }, { month }, { services }, info) =>
      costsOf(info, workspaceId, () => imageCostsOfMonth(services, { workspaceId, month })),
  }),
);
