/** Pictures made from pictures, by every provider that can, from the request to the stored file. */
import t, { type Test } from "tap";
import { sharp } from "../../src/infra/sharp.ts";
import { automatic1111Simulator } from "../simulators/automatic1111.ts";
import { falSimulator } from "../simulators/fal.ts";
import { openAiSimulator } from "../simulators/openai.ts";
import { replicateSimulator } from "../simulators/replicate.ts";
import { openPictureDesk } from "../support/picture-desk.ts";
import { operations } from "../support/studio.ts";

const shown = `query ($id: ID!) { image(id: $id) { status provider isFromParent strength mime width height url
  parent { id } failure { class message } } }`;

/** A desk whose server has one more provider, with a picture of Ada's to start from. */
async function openDesk(t: Test, environment: Readonly<Record<string, string>> = {}) {
  const desk = await openPictureDesk(t, environment);
  const { atelier, ada, upload } = desk;
  const bytes = await sharp({ create: { width: 96, height: 64, channels: 3, background: "#d08020" } })
    .png()
    .toBuffer();
  const { result } = await upload([{ name: "start.png", bytes }]);
  const inputImageId: string = result.images[0].id;
  await atelier.drain();
  const fetched = async (url: string) => (await atelier.app.inject(url.replace("http://atelier.test", ""))).rawPayload;
  const stored = await fetched((await desk.look(inputImageId)).url);
  const make = async (input: object) => {
    const asked = await ada.mutate(operations.generate, { prompt: "a boat", inputImageId, ...input });
    if (asked.images === undefined) return asked;
    await atelier.drain();
    return (await ada.request(shown, { id: asked.images[0].id })).data.image;
  };
  return { ...desk, inputImageId, stored, make, fetched };
}

const dataUri = (bytes: Buffer) => `data:image/png;base64,${bytes.toString("base64")}`;
const issue = (path: string, code: string) => ({ __typename: "ValidationError", issues: [{ path: [path], code }] });

t.test("sketch paints over the picture, as far as the strength says", async (t) => {
  const { make, stored, fetched, inputImageId } = await openDesk(t);
  const size = { provider: "sketch", prompt: "a fox in a forest at dawn", seed: 5, width: 384, height: 256 };
  const kept = await make({ ...size, strength: 0 });
  t.match(kept, {
    ...{ status: "GENERATED", provider: "sketch", isFromParent: true, strength: 0, parent: { id: inputImageId } },
    ...{ width: 384, height: 256, failure: null },
  });
  const mean = async (bytes: Buffer) =>
    (await sharp(bytes).stats()).channels.map((channel) => Math.round(channel.mean));
  t.same(await mean(await fetched(kept.url)), await mean(stored), "none of it keeps the picture");
  const half = await make({ ...size, strength: 0.5 });
  const drawn = await make({ ...size, strength: 1 });
  const alone = await make({ ...size, inputImageId: null });
  t.ok((await fetched(drawn.url)).equals(await fetched(alone.url)), "all of it ignores the picture");
  const [red = 0, , blue = 0] = await mean(await fetched(half.url));
  const [drawnRed = 0, , drawnBlue = 0] = await mean(await fetched(drawn.url));
  t.ok(red - blue > drawnRed - drawnBlue + 20, "between them it has the picture's warmth");
});

t.test("openai is sent the picture as a file", async (t) => {
  const api = await openAiSimulator(t);
  const desk = await openDesk(t, { OPENAI_API_KEY: api.key, OPENAI_URL: api.baseUrl });
  const { make, stored, inputImageId } = desk;
  const made = await make({ provider: "openai", model: "gpt-image-1.5" });
  t.match(made, { status: "GENERATED", isFromParent: true, strength: null, parent: { id: inputImageId } });
  t.ok(api.files.get("image[]")?.equals(stored), "as it is stored");
  t.match(api.asked, [{ prompt: "a boat", size: "1536x1024" }], "in the size that is nearest to its shape");
  t.match(await make({ provider: "openai", strength: 0.5 }), issue("strength", "NOT_SUPPORTED"));
  t.equal(api.asked.length, 1, "what it does not heed is refused before it is asked");
});

t.test("automatic1111 is sent the picture and how far to go from it", async (t) => {
  const machine = await automatic1111Simulator(t);
  const { make, stored } = await openDesk(t, { AUTOMATIC1111_URL: machine.url });
  const made = await make({ provider: "automatic1111", strength: 0.4, seed: 11, negativePrompt: "fog" });
  t.match(made, { status: "GENERATED", provider: "automatic1111", isFromParent: true, strength: 0.4 });
  const arrival = machine.arrivals.find(({ path }) => path.endsWith("2img"));
  t.equal(arrival?.path, "/sdapi/v1/img2img");
  const body = JSON.parse(arrival?.body.toString() ?? "{}");
  t.match(body, { denoising_strength: 0.4, seed: 11, prompt: "a boat", negative_prompt: "fog" });
  t.same(body.init_images, [stored.toString("base64")]);
  t.equal(body.width / body.height, 1.5, "in the picture's shape");
});

t.test("replicate is sent the picture by the names that the model's own schema has", async (t) => {
  const api = await replicateSimulator(t);
  const { make, stored } = await openDesk(t, { REPLICATE_API_TOKEN: api.token, REPLICATE_URL: api.url });
  const model = "black-forest-labs/flux-dev";
  const made = await make({ provider: "replicate", model, strength: 0.6 });
  t.match(made, { status: "GENERATED", provider: "replicate", isFromParent: true, strength: 0.6 });
  const [prediction] = api.predictions.values();
  t.match(prediction?.input, { prompt: "a boat", prompt_strength: 0.6, image: dataUri(stored) });
  const wordsAlone = { provider: "replicate", model: "black-forest-labs/flux-schnell" };
  t.match(await make(wordsAlone), issue("inputImageId", "NOT_SUPPORTED"));
  t.equal(api.predictions.size, 1);
});

t.test("fal is asked at the model's own place for pictures from pictures", async (t) => {
  const api = await falSimulator(t);
  const { make, stored } = await openDesk(t, { FAL_KEY: api.key, FAL_URL: api.url });
  const made = await make({ provider: "fal", strength: 0.7, seed: 3 });
  t.match(made, { status: "GENERATED", provider: "fal", isFromParent: true, strength: 0.7 });
  const [job] = api.jobs.values();
  t.equal(job?.app, "fal-ai/flux/dev/image-to-image");
  t.match(job?.input, { prompt: "a boat", seed: 3, strength: 0.7, image_url: dataUri(stored) });
  t.match(await make({ provider: "fal", model: "fal-ai/flux/schnell" }), issue("inputImageId", "NOT_SUPPORTED"));
  t.equal(api.jobs.size, 1);
});
