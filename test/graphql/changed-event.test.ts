import t from "tap";
import { next, openAtelier } from "../support/atelier.ts";

const generate = `mutation ($input: GenerateImagesInput!) { generateImages(input: $input) { __typename } }`;

t.test("a page that lists first and listens then misses nothing between the two", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  await atelier.listen();
  await ada.mutate(generate, { prompt: "a red fox", width: 256, height: 256 });
  const { data } = await ada.request("{ eventCursor images { nodes { id status } } }");
  const [listed] = data.images.nodes;
  t.equal(listed.status, "PENDING");

  await atelier.drain();
  const query = "subscription ($after: Cursor) { imageChanged(after: $after) { kind image { id status } } }";
  const events = atelier.socket(ada).iterate({ query, variables: { after: data.eventCursor } });
  let status = listed.status;
  while (status !== "GENERATED") {
    const event = (await next(events)).data?.["imageChanged"];
    t.match(event, { image: { id: listed.id } });
    status = Object(Object(event).image).status;
  }
  t.equal((await atelier.nobody.request("{ eventCursor }")).errors?.[0]?.extensions.code, "UNAUTHENTICATED");
});
