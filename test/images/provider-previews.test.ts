/** Unfinished pictures as the subscription shows them, from providers that send some. */
import t, { type Test } from "tap";
import { sharp } from "../../src/infra/sharp.ts";
import { automatic1111Simulator } from "../simulators/automatic1111.ts";
import { openAiSimulator } from "../simulators/openai.ts";
import { next } from "../support/atelier.ts";
import { openPictureDesk } from "../support/picture-desk.ts";
import { operations } from "../support/studio.ts";

interface Seen {
  readonly status: string;
  readonly phase: string | null;
  readonly progress: number | null;
  readonly progressKind: string;
  readonly previewUrl: string | null;
}

/** Makes a picture and reads its events; `show` hears of the first preview while the picture is being made. */
async function watch(
  t: Test,
  environment: Readonly<Record<string, string>>,
  { input, show }: { readonly input: object; readonly show: () => void },
) {
  const { atelier, ada, keys } = await openPictureDesk(t, environment);
  await atelier.listen();
  const events = atelier
    .socket(ada)
    .iterate({ query: "subscription { imageChanged { image { status phase progress progressKind previewUrl } } }" });
  const first = next(events);
  await ada.mutate(operations.generate, { prompt: "a boat", ...input });
  await first;
  const drained = atelier.drain();
  const seen: Seen[] = [];
  let preview: Buffer | null = null;
  for (;;) {
    const { data } = (await next(events)) as { data: { imageChanged: { image: Seen } } };
    const { image } = data.imageChanged;
    seen.push(image);
    if (image.previewUrl !== null && preview === null) {
      preview = (await atelier.app.inject(image.previewUrl.replace("http://atelier.test", ""))).rawPayload;
      show();
    }
    if (image.status !== "GENERATING" && image.status !== "PENDING") break;
  }
  await events.return?.();
  await drained;
  t.same(await keys("previews/"), [], "nothing is left of them");
  t.match(seen.at(-1), { status: "GENERATED", progress: 1, previewUrl: null });
  return { seen, preview };
}

t.test("openai's partial images are shown while it draws", async (t) => {
  const api = await openAiSimulator(t);
  const held = Promise.withResolvers<void>();
  api.beforeCompletion = held.promise;
  const environment = { OPENAI_API_KEY: api.key, OPENAI_URL: api.baseUrl, OPENAI_PARTIAL_IMAGES: "2" };
  const { seen, preview } = await watch(t, environment, { input: { provider: "openai" }, show: held.resolve });
  t.match(api.asked, [{ stream: true, partial_images: 2 }]);
  t.match(await sharp(preview ?? Buffer.alloc(0)).metadata(), { format: "webp" });
  t.ok(
    seen.some(({ previewUrl, phase, progress }) => previewUrl !== null && phase === "Drawing" && (progress ?? 0) > 0),
  );
});

t.test("automatic1111's live previews are shown with measured progress", async (t) => {
  const machine = await automatic1111Simulator(t);
  machine.behaviour.held = true;
  const environment = { AUTOMATIC1111_URL: machine.url };
  const show = () => {
    machine.behaviour.held = false;
  };
  const { seen, preview } = await watch(t, environment, { input: { provider: "automatic1111" }, show });
  t.match(await sharp(preview ?? Buffer.alloc(0)).metadata(), { format: "webp", width: 64, height: 64 });
  t.ok(seen.every(({ progressKind }) => progressKind === "MEASURED"));
  const shares = seen.map(({ progress }) => progress ?? 0);
  t.same(
    shares,
    shares.toSorted((a, b) => a - b),
    "never falling",
  );
});

t.test("sketch shows a large picture while it draws", async (t) => {
  const shown: true[] = [];
  const input = { provider: "sketch", width: 2_048, height: 2_048 };
  const { preview } = await watch(t, {}, { input, show: () => void shown.push(true) });
  t.equal(shown.length, 1);
  t.match(await sharp(preview ?? Buffer.alloc(0)).metadata(), { format: "webp", width: 256, height: 256 });
});
