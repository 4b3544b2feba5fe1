/**
 * The sandbox: a platform inside this server on which every failure can be ordered, to see what Atelier does about it. Its outside
 * is our own database; nothing leaves the server. Off unless the operator wants it.
 */
import { flag, wholeNumber } from "../../infra/setting-kinds.ts";
import type { PlatformDefinition } from "../platform.ts";
import { capabilityOf, check, connect, sandboxMethod } from "./account.ts";
import { behaviourOption } from "./behaviours.ts";
import { measure, measuring } from "./measure.ts";
import { maxCaption, prepare, publish, reconcile, verify } from "./publish.ts";
import { sandboxRoutes } from "./routes.ts";

/** How the sandbox is opened. */
export const sandbox: PlatformDefinition = {
  ...{ name: "sandbox", label: "Sandbox" },
  description: "A trial platform on this server, on which every failure can be ordered.",
  variables: {
    SANDBOX_ENABLED: flag
      .default(false)
      .describe(
        "Whether accounts of the sandbox can be connected: a platform on this server that fails as it is told.",
      ),
    SANDBOX_READS_PER_MONTH: wholeNumber(0, 1_000_000)
      .optional()
      .describe(
        "How often the numbers of a sandbox post may be read a month, as if that were billed. Default: no limit.",
      ),
  },
  rules: {
    caption: { max: maxCaption, unit: "characters", measure: (caption) => [...caption].length },
    images: {
      ...{ min: 1, max: 10, mimes: ["image/png", "image/jpeg", "image/webp"], maxBytes: 50_000_000 },
      ...{ maxWidth: null, maxHeight: null, minWidth: 1, ratio: null, oneRatio: false },
    },
    altText: { required: false, max: 1_500 },
  },
  ...{ options: [behaviourOption], methods: [sandboxMethod] },
  ...{ refresh: null, quota: null, spacing: 0, resendsAfterListedAbsence: false },
  ...{ needsPublicUrl: false, declaresAi: false, measuring },
  open(context) {
    if (context.values["SANDBOX_ENABLED"] !== true) return null;
    return {
      capabilityOf,
      // Our own database answers at once and for certain.
      settleWindow: 0,
      connect: (form) => connect(context, form),
      check: (session) => check(context, session),
      prepare: (request) => prepare(context, request),
      publish: (request, signal) => publish(context, request, signal),
      reconcile: (request) => reconcile(context, request),
      verify: (_session, externalId) => verify(context, externalId),
      measure: (session, externalIds) => measure(context, session, externalIds),
      routes: sandboxRoutes(context),
    };
  },
};
