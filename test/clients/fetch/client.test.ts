import t from "tap";
import { sharp } from "../../../src/infra/sharp.ts";
import { openClientBench } from "../../support/client-bench.ts";
import { eventually } from "../../support/eventually.ts";
import { openSession, type Tokens } from "./client.ts";

const generate = `mutation Generate($input: GenerateImagesInput!) {
  generateImages(input: $input) {
    __typename
    ... on GenerateImagesSuccess { batchId images { id } }
    ... on Error { code message }
  }
}`;
const upload = `mutation Upload($input: UploadImagesInput!) {
  uploadImages(input: $input) {
    __typename
    ... on UploadImagesSuccess { batchId images { id } }
    ... on Error { code message }
  }
}`;

interface Made {
  readonly __typename: string;
  readonly batchId: string;
  readonly images: readonly { readonly id: string }[];
}

t.test("plain fetch", async (t) => {
  const bench = await openClientBench(t);
  const { clock, services } = bench.atelier;
  const batches = async (prompt: string) => services.db.image.count({ where: { prompt } });

  t.test(
    "a query waits for a restart; a mutation without a key does not, since nobody knows how far it came",
    async (t) => {
      const session = await bench.session();
      await bench.stop();
      await t.rejects(session.request(generate, { input: { prompt: "a kite" } }), { name: "TypeError" });
      const asked = session.request<{ me: { displayName: string } }>("{ me { displayName } }");
      await bench.start();
      t.same(await asked, { me: { displayName: "Ada" } });
      t.equal(await batches("a kite"), 0);
    },
  );

  t.test("a mutation with a key is made once, however often its answer is lost", async (t) => {
    const session = openSession(bench.line.url, await bench.signIn(), { firstPause: 50, patience: 800 });
    const input = { prompt: "a lost answer", idempotencyKey: "first" };
    bench.line.cut();
    const asked = session.request<{ generateImages: Made }>(generate, { input });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    bench.line.mend();
    const { generateImages: made } = await asked;
    t.equal(made.__typename, "GenerateImagesSuccess");
    t.same((await session.request<{ generateImages: Made }>(generate, { input })).generateImages, made);
    t.equal(await batches("a lost answer"), 1);
    const other = { ...input, prompt: "something else" };
    t.match(await session.request(generate, { input: other }), { generateImages: { code: "IDEMPOTENCY_KEY_REUSED" } });
  });

  t.test("a token that has ended is replaced once, however many ask at the same time", async (t) => {
    const kept: Tokens[] = [];
    const keep = (tokens: Tokens) => void kept.push(tokens);
    const session = openSession(bench.url, await bench.signIn(), { keep, firstPause: 50 });
    const before = session.accessToken();
    clock.advance(15 * 60_000 + 1_000);
    const names = await Promise.all(Array.from({ length: 10 }, () => session.request("{ me { displayName } }")));
    for (const name of names) t.same(name, { me: { displayName: "Ada" } });
    t.equal(kept.length, 1);
    t.not(session.accessToken(), before);
    t.match(kept, [{ accessToken: session.accessToken() }]);
    const later = kept[0];
    if (later !== undefined) t.match(await openSession(bench.url, later).request("{ me { id } }"), { me: {} });
  });

  t.test("the end of the sign-in is told, and ends the repetitions", async (t) => {
    const session = await bench.session();
    await session.request("mutation ($input: LogoutInput!) { logout(input: $input) { __typename } }", { input: {} });
    await t.rejects(session.request("{ me { id } }"), { name: "AtelierError", code: "INVALID_REFRESH_TOKEN" });
  });

  t.test("files travel in a form, again with a token that has ended", async (t) => {
    const session = await bench.session();
    clock.advance(15 * 60_000 + 1_000);
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#c04010" } })
      .png()
      .toBuffer();
    const file = new File([new Uint8Array(png)], "dawn.png", { type: "image/png" });
    const variables = { input: { files: [null], idempotencyKey: "dawn" } };
    const { uploadImages: made } = await session.upload<{ uploadImages: Made }>(upload, variables, {
      "input.files.0": file,
    });
    t.equal(made.__typename, "UploadImagesSuccess");
    await bench.atelier.drain();
    const image = "query ($id: ID!) { node(id: $id) { ... on Image { status width } } }";
    await eventually("it is taken in", async () => {
      const answer = await session.request<{ node: { status: string } }>(image, { id: made.images[0]?.id });
      return answer.node.status === "GENERATED";
    });
    const again = await session.upload(upload, variables, { "input.files.0": file });
    t.same(again, { uploadImages: made });
  });

  t.test("a mistake is told in words, with a code", async (t) => {
    const session = await bench.session();
    await t.rejects(session.request("{ images { nodes { titel } } }"), {
      ...{ name: "AtelierError", code: "GRAPHQL_VALIDATION_FAILED", message: /Did you mean "title"/ },
    });
  });
});
