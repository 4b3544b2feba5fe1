import t from "tap";
import type { GenerationOutcome } from "../../src/image-providers/provider.ts";
import { openAtelier } from "../support/atelier.ts";
import { picture, standInProvider } from "../support/stand-ins.ts";
import { operations } from "../support/studio.ts";
import { operations as teamOperations } from "../support/team.ts";

const failing = (failure: "billing" | "content_policy"): GenerationOutcome => ({
  ...{ ok: false, failure, message: `It says ${failure}.`, cost: { kind: "NONE" } },
});

const shown = `{ images(first: 1) { nodes { status provider failure { class message }
  } } generationHistory(first: 10) { nodes { provider outcome } } }`;

/** A workspace that prefers `brush`, then `chisel`, then `easel`, each of which answers what it is told. */
async function openDesk(t: Parameters<typeof openAtelier>[0], answers: Readonly<Record<string, GenerationOutcome>>) {
  const asked: string[] = [];
  const providers = ["easel", "brush", "chisel"].flatMap((name) => [
    ...standInProvider(
      () => {
        asked.push(name);
        return Promise.resolve(answers[name] ?? picture);
      },
      { name },
    ),
  ]);
  const atelier = await openAtelier(t, { providers: new Map(providers) });
  const ada = await atelier.signUp("Ada");
  await ada.mutate(teamOperations.updateWorkspace, {
    ...{ defaultProvider: "brush", fallbackProviders: ["chisel", "easel"] },
  });
  return {
    asked,
    make: async (input: object = {}) => {
      asked.splice(0);
      await ada.mutate(operations.generate, { prompt: "a boat", ...input });
      await atelier.drain();
      return (await ada.request(shown)).data;
    },
  };
}

t.test("the default is asked first, then the fallbacks in their order, until one makes the picture", async (t) => {
  const { make, asked } = await openDesk(t, { brush: failing("billing"), chisel: failing("billing") });
  const { images, generationHistory } = await make();
  t.match(images.nodes, [{ status: "GENERATED", provider: "easel", failure: null }]);
  t.same(asked, ["brush", "chisel", "easel"]);
  t.match(generationHistory.nodes, [
    { provider: "easel", outcome: "SUCCEEDED" },
    { provider: "chisel", outcome: "FAILED" },
    { provider: "brush", outcome: "FAILED" },
  ]);
  await make({ provider: "easel" });
  t.same(asked, ["easel"], "whoever names a provider gets that one");
});

t.test("a provider that was named falls back in the same order, and nobody is asked twice", async (t) => {
  const { make, asked } = await openDesk(t, { easel: failing("billing"), chisel: failing("billing") });
  const { images } = await make({ provider: "easel" });
  t.same(asked, ["easel", "chisel"], "the default is no fallback");
  t.match(images.nodes, [{ status: "FAILED", provider: "chisel", failure: { class: "BILLING" } }]);
});

t.test("a refusal of the content is final, whoever says it", async (t) => {
  const first = await openDesk(t, { brush: failing("content_policy") });
  t.match((await first.make()).images.nodes, [
    { status: "FAILED", provider: "brush", failure: { class: "CONTENT_POLICY" } },
  ]);
  t.same(first.asked, ["brush"]);
  const later = await openDesk(t, { brush: failing("billing"), chisel: failing("content_policy") });
  t.match((await later.make()).images.nodes, [
    { status: "FAILED", provider: "chisel", failure: { class: "CONTENT_POLICY" } },
  ]);
  t.same(later.asked, ["brush", "chisel"]);
});
