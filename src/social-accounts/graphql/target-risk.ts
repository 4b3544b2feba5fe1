import { builder } from "../../graphql/builder.ts";
import { type TargetRisk, targetRisk } from "../target-risk.ts";

const TargetRiskType = builder.objectRef<TargetRisk>("TargetRisk").implement({
  description: "Why a waiting target may not go out, on its account's side.",
  fields: (t) => ({
    code: t.exposeString("code", {
      description:
        "For programs: `ACCOUNT_NEEDS_RECONNECT`, `ACCOUNT_PAUSED`, `ACCOUNT_DISCONNECTED`, `ACCESS_ENDS_BEFORE`.",
    }),
    message: t.exposeString("message", { description: "What is the matter and what to do." }),
  }),
});

builder.prismaObjectField("PostTarget", "risk", (t) =>
  t.field({
    type: TargetRiskType,
    nullable: true,
    description: "What stands in its way when it comes due within 48 hours; null where nothing does.",
    select: {
      ...{ status: true, scheduledAt: true },
      socialAccount: { select: { handle: true, state: true, expiresAt: true, lastError: true } },
    },
    resolve: (target, _args, { services }) => targetRisk(target, services.clock.now()),
  }),
);
