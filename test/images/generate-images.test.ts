import t from "tap";
import { openAtelier } from "../support/atelier.ts";

const generate = `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) {
  __typename
  ... on GenerateImagesSuccess { batchId images { id status progress seed width height url } }
  ... on Error { code message }
  ... on ValidationError { issues { path code message } }
} }`;

t.test("a prompt becomes pictures", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const asked = await ada.mutate(generate, { prompt: "a red fox in snow", width: 256, height: 256, count: 2, seed: 7 });
  t.equal(asked.__typename, "GenerateImagesSuccess");
  t.match(asked.images, [
    { status: "PENDING", progress: 0, seed: 7, width: 256, url: null },
    { status: "PENDING", seed: 8 },
  ]);
  await atelier.drain();
  const { data } = await ada.request(
    "{ images(first: 5) { totalCount nodes { status progress mime sha256 thumbhash provenance generatedAt url(variant: THUMB) } } }",
  );
  t.equal(data.images.totalCount, 2);
  for (const image of data.images.nodes) {
    t.match(image, { status: "GENERATED", progress: 1, mime: "image/png", provenance: "algorithmicMedia" });
    const file = await atelier.app.inject(image.url.replace("http://atelier.test", ""));
    t.equal(file.statusCode, 200);
    t.equal(file.headers["content-type"], "image/webp");
  }
});
