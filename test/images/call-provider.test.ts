import { pino } from "pino";
import t from "tap";
import type { GenerationContext, GenerationOutcome } from "../../src/image-providers/provider.ts";
import { callProvider } from "../../src/images/call-provider.ts";
import type { ClaimedImage } from "../../src/images/claim-image.ts";
import { standInProvider } from "../support/stand-ins.ts";

const image = { id: "1", provider: "easel", promptSent: "a boat", options: {} } as unknown as ClaimedImage;
const log = pino({ level: "silent" });

const call = (generate: (context: GenerationContext) => Promise<GenerationOutcome>, deadline: number) => {
  const context = { signal: new AbortController().signal, onProgress: () => undefined } as unknown as GenerationContext;
  return callProvider(standInProvider(generate).get("easel"), image, { context, log, deadline });
};

t.test("a provider that does not come back has failed, and the possible cost is said", async (t) => {
  const outcome = await call(() => new Promise(() => undefined), 20);
  t.match(outcome, { ok: false, failure: "timeout", message: /did not answer in time.*charged/ });
});

t.test("a provider that heeds the deadline says itself how it ended", async (t) => {
  const polite = ({ signal }: GenerationContext) =>
    new Promise<GenerationOutcome>((resolve) =>
      signal.addEventListener("abort", () => resolve({ ok: false, failure: "cancelled", message: "Stopped." })),
    );
  t.match(await call(polite, 20), { ok: false, failure: "cancelled" });
});
