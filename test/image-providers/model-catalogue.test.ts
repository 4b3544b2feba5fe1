import t from "tap";
import type { ImageModel, ImageModels } from "../../src/image-providers/capabilities.ts";
import { createModelCatalogue, declaredModels, listedModels } from "../../src/image-providers/model-catalogue.ts";
import { createTestClock } from "../support/clock.ts";
import { generationContext } from "../support/image-providers.ts";
import { standInProvider } from "../support/stand-ins.ts";

const [easel] = standInProvider().get("easel")?.capabilities.models ?? [];
const describe = (id: string): ImageModel => {
  if (easel === undefined) throw new Error("the stand-in has a model");
  return { ...easel, id };
};
const declared: ImageModels = declaredModels(["a", "b"], describe);

t.test("an API that never answers is not waited for, and those who come meanwhile share the question", async (t) => {
  const clock = createTestClock();
  let asked = 0;
  const list = createModelCatalogue({
    ...{ declared, clock, timeout: 30 },
    discover: ({ signal }) => {
      asked += 1;
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve(null)));
    },
  });
  const answers = await Promise.all([
    list(generationContext(t)),
    list(generationContext(t)),
    list(generationContext(t)),
  ]);
  t.equal(asked, 1);
  t.ok(answers.every(({ models, listedAt }) => models === declared && listedAt === null));
});

t.test("one caller who leaves does not take the answer from the others", async (t) => {
  const clock = createTestClock();
  const list = createModelCatalogue({
    ...{ declared, clock },
    discover: ({ signal }) => Promise.resolve(signal.aborted ? null : [describe("c")]),
  });
  await list(generationContext(t, { signal: AbortSignal.abort() }));
  t.match(await list(generationContext(t)), { models: [{ id: "c" }], listedAt: clock.now() });
});

t.test("an old list is better than none", async (t) => {
  const clock = createTestClock();
  let answer: ImageModels | null = [describe("c")];
  const list = createModelCatalogue({ declared, clock, discover: () => Promise.resolve(answer) });
  const { listedAt } = await list(generationContext(t));
  answer = null;
  clock.advance(3_600_000);
  t.match(await list(generationContext(t)), { models: [{ id: "c" }], listedAt });
  answer = [describe("d")];
  clock.advance(60_000);
  t.match(await list(generationContext(t)), { models: [{ id: "d" }], listedAt: clock.now() });
});

t.test("a default that the API does not list does not stay the default, unless nothing else is there", async (t) => {
  const options = { describe, offers: (id: string) => id !== "tool" };
  const ids = (listed: string[]) =>
    listedModels(["a", "b"], listed, options).map(({ id, listed: there }) => `${id}${there ? "" : "?"}`);
  t.same(ids(["a", "b"]), ["a", "b"]);
  t.same(ids(["z", "tool", "b", "c", "b"]), ["b", "a?", "c", "z"]);
  t.same(ids([]), ["a?", "b?"]);
});
