/** What was tried to publish a target, and what was heard and found. */
import { builder } from "../../graphql/builder.ts";
import { usually } from "../../graphql/usual-length.ts";
import { type Evidence, readEvidence } from "../evidence.ts";

const PublishAttemptStateEnum = builder.enumType("PublishAttemptState", {
  description: "Where one try to publish stands.",
  values: {
    PREPARED: { description: "Uploads and other steps that can be taken back; nothing is public." },
    SENDING: { description: "The one call that makes it public is on its way." },
    ACCEPTED: { description: "The platform said that it has it." },
    REFUSED: { description: "For certain nothing of it is public." },
    AMBIGUOUS: { description: "It may be public; the platform will be asked." },
    RECONCILED_PRESENT: { description: "It was looked up and is there." },
    RECONCILED_ABSENT: { description: "It was looked up and is not there." },
    UNRESOLVED: { description: "It could not be found out; a person decides." },
  } as const,
});

/** What is heard and found about a try that nothing interrupts. */
const usualEvidence = 3;

const PublishEvidence = builder.objectRef<Evidence>("PublishEvidence").implement({
  description: "Something that was heard or found about a try.",
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime", description: "When." }),
    what: t.exposeString("what", { description: "What, in words." }),
  }),
});

const PublishAttemptType = builder.prismaObject("PublishAttempt", {
  description:
    "One try to publish a target: the ledger that no try is repeated without knowing how the last one ended.",
  fields: (t) => ({
    number: t.exposeInt("number", { description: "Counts from 1 for each target." }),
    state: t.expose("state", { type: PublishAttemptStateEnum, description: "Where it stands." }),
    outcome: t.exposeString("outcome", {
      nullable: true,
      description:
        "The last answer as a word, such as `published`, `refused` or `ambiguous`; null while it is awaited.",
    }),
    sentAt: t.expose("sentAt", {
      type: "DateTime",
      nullable: true,
      description: "When the call that makes it public began; null when it never did.",
    }),
    answeredAt: t.expose("answeredAt", { type: "DateTime", nullable: true, description: "When it was answered last." }),
    code: t.exposeString("code", { nullable: true, description: "Why it was refused, for programs." }),
    message: t.exposeString("message", { nullable: true, description: "Why it is not out, or not known to be." }),
    externalId: t.exposeString("externalId", { nullable: true, description: "The platform's id of what came of it." }),
    evidence: t.field({
      ...usually(usualEvidence),
      type: [PublishEvidence],
      description: "Everything that was heard and found, the first first.",
      select: { evidence: true },
      resolve: ({ evidence }) => readEvidence(evidence),
    }),
    resolvedBy: t.relation("resolvedBy", {
      nullable: true,
      description:
        "Who said how it ended where the platform could not; null otherwise, and once their account is gone.",
    }),
  }),
});

/** More than anybody reads; retries by themselves are far fewer. */
const mostAttempts = 50;
/** Most targets are out at the first try. */
const usualAttempts = 2;

builder.prismaObjectField("PostTarget", "attempts", (t) =>
  t.relation("attempts", {
    ...usually(usualAttempts),
    type: PublishAttemptType,
    description: `What was tried to publish it, the last try first; at most the last ${mostAttempts}.`,
    query: { orderBy: { number: "desc" }, take: mostAttempts },
  }),
);

builder.prismaObjectField("PostTarget", "verifiedAt", (t) =>
  t.expose("verifiedAt", {
    type: "DateTime",
    nullable: true,
    description: "When the platform last showed it to us; null before, and where the platform cannot be asked.",
  }),
);
