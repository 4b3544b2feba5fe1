/** What tests of uploads and imports need: forms with files, and what is left in storage. */
import type { Test } from "tap";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import { canvas } from "./ingest.ts";
import { rowIdOf } from "./studio.ts";
import { form, formType } from "./uploads.ts";

const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const imageFields =
  "id status width height mime provider prompt progress provenance sourceUrl url failure { class message }";
const upload = `mutation ($input: UploadImagesInput!) { uploadImages(input: $input) { __typename ${errors}
  ... on UploadImagesSuccess { batchId images { ${imageFields} } } } }`;
const bring = `mutation ($input: ImportImageInput!) { importImage(input: $input) { __typename ${errors}
  ... on ImportImageSuccess { image { ${imageFields} } } } }`;

/** A file as somebody sends it. */
export interface Sent {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A PNG of one colour. */
export const png = (width: number, height = width): Promise<Buffer> => canvas(width, height).png().toBuffer();

/** An Atelier with Ada, who sends pictures. Imports reach this machine, as a self-hoster may allow. */
export async function openPictureDesk(t: Test, environment: Readonly<Record<string, string>> = {}) {
  const reach = { OUTBOUND_ALLOWED_NETWORKS: "127.0.0.0/8", OUTBOUND_ALLOW_HTTP: "true" };
  const atelier = await openAtelier(t, { environment: { ...reach, ...environment } });
  const ada = await atelier.signUp("Ada");
  return {
    atelier,
    ada,
    upload: (files: readonly Sent[], input: object = {}, person: Person = ada) => send(atelier, person, files, input),
    bring: async (url: string, input: object = {}, person: Person = ada) =>
      (await person.request(bring, { input: { url, ...input } })).data?.importImage,
    look: async (id: string) =>
      (await ada.request(`query ($id: ID!) { image(id: $id) { ${imageFields} } }`, { id })).data.image,
    row: (id: string) =>
      atelier.services.db.image.findUniqueOrThrow({
        where: { id: rowIdOf(id) },
        include: { tags: { include: { tag: true } } },
      }),
    keys: async (prefix = "") => {
      const found: string[] = [];
      for await (const { key } of atelier.services.storage.list(prefix)) found.push(key);
      return found.toSorted();
    },
  };
}

async function send({ app }: Atelier, { token }: Person, files: readonly Sent[], input: object) {
  const variables = { input: { ...input, files: files.map(() => null) } };
  const map = Object.fromEntries(files.map((_file, index) => [`f${index}`, [`variables.input.files.${index}`]]));
  const response = await app.inject({
    ...{ method: "POST", url: "/graphql" },
    headers: {
      ...{ "content-type": formType, "graphql-require-preflight": "1" },
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    payload: form([
      { name: "operations", value: JSON.stringify({ query: upload, variables }) },
      { name: "map", value: JSON.stringify(map) },
      ...files.map(({ name, bytes }, index) => ({
        name: `f${index}`,
        value: bytes,
        filename: name,
        type: "image/png",
      })),
    ]),
  });
  const body = response.json();
  return { body, result: body.data?.uploadImages };
}
