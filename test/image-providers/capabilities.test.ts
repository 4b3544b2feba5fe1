import t from "tap";
import { defaultSize, estimateCost, type ImageModel } from "../../src/image-providers/capabilities.ts";
import { standInProvider } from "../support/stand-ins.ts";

t.test("costs are estimated by picture or by area", async (t) => {
  const [easel] = standInProvider().get("easel")?.capabilities.models ?? [];
  if (easel === undefined) return void t.fail("there is a stand-in with a model");
  const price = (per: "PICTURE" | "MEGAPIXEL"): ImageModel => ({
    ...easel,
    price: { amount: 0.04, currency: "USD", per },
  });
  const size = { width: 2_000, height: 1_500 };
  t.same(estimateCost(price("PICTURE"), size), { amount: 0.04, currency: "USD" });
  t.same(estimateCost(price("MEGAPIXEL"), size), { amount: 0.12, currency: "USD" });
  t.equal(estimateCost({ ...easel, price: null }, size), null);
});

t.test("the first of the listed sizes is the default", async (t) => {
  const [easel] = standInProvider().get("easel")?.capabilities.models ?? [];
  if (easel === undefined) return void t.fail("there is a stand-in with a model");
  t.same(defaultSize(easel), { width: 64, height: 64 });
  const sizes: ImageModel["sizes"] = { kind: "RATIOS", sizes: [{ ratio: "16:9", width: 1_344, height: 768 }] };
  t.match(defaultSize({ ...easel, sizes }), { width: 1_344, height: 768 });
});
