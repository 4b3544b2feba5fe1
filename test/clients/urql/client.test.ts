import { readFile } from "node:fs/promises";
import { type Client, gql } from "@urql/core";
import { buildSchema, introspectionFromSchema } from "graphql";
import t from "tap";
import { pipe, subscribe } from "wonka";
import { openClientBench } from "../../support/client-bench.ts";
import { type Heard, survives, watchImages } from "../../support/client-survival.ts";
import { eventually } from "../../support/eventually.ts";
import * as studio from "../../support/studio.ts";
import type { Session } from "../fetch/client.ts";
import { openSocket, type SocketOptions } from "../graphql-ws/client.ts";
import { createUrqlClient, followImages } from "./client.ts";

const schemaText = await readFile(new URL("../../../schema.graphql", import.meta.url), "utf8");
const schema = introspectionFromSchema(buildSchema(schemaText));
const quick: SocketOptions = { firstPause: 50, keepAlive: 300, patience: 1_000 };

interface Images {
  readonly eventCursor: string;
  readonly images: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly title: string | null } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const list = gql<Images>`
  query Images($first: Int, $after: String) {
    eventCursor
    images(first: $first, after: $after) {
      edges { node { ... on Node { id } title cost { unknownCount } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const updateImage = gql<{ updateImage: unknown }>`
  mutation Update($input: UpdateImageInput!) {
    updateImage(input: $input) {
      __typename
      ... on UpdateImageSuccess { image { id title } }
      ... on Error { code message }
      ... on ValidationError { issues { path message } }
    }
  }
`;

t.test("urql with Graphcache", async (t) => {
  const bench = await openClientBench(t);
  // Graphcache says on the console what it cannot key or does not find in the schema.
  const warnings = t.capture(console, "warn");
  const open = (session: Session) => {
    const socket = openSocket(session, quick);
    t.teardown(() => socket.dispose());
    return createUrqlClient(session, socket, schema);
  };

  t.test("a list of pages keeps itself fresh, by events alone", async (t) => {
    const client = open(await bench.session());
    const [extra = ""] = await studio.makeImages(bench.atelier, bench.ada);
    const first = await client.query(list, { first: 1 });
    t.equal(first.error, undefined);
    t.teardown(followImages(client, first.data?.eventCursor));
    const shown: Images["images"]["edges"][] = [];
    let empty = 0;
    const watch = (variables: { first: number; after?: string | undefined }) => {
      const { unsubscribe } = pipe(
        client.query(list, variables),
        subscribe(({ data }) => {
          const edges = (data as Partial<Images> | undefined)?.images?.edges;
          if (edges === undefined) empty += 1;
          else shown.push(edges);
        }),
      );
      t.teardown(unsubscribe);
    };
    watch({ first: 2, after: first.data?.images.pageInfo.endCursor });
    await eventually("all pages in one list", () => shown.at(-1)?.length === 3);

    await bench.change(2);
    const titles = async () => {
      const { images } = (await bench.ada.request("{ images { nodes { id title } } }")).data;
      return images.nodes.map(({ title }: { title: string | null }) => title);
    };
    const wanted = await titles();
    const isShown = () => String(shown.at(-1)?.map(({ node }) => node.title)) === String(wanted);
    await eventually("the new titles", isShown);

    const deletion = `mutation ($input: DeleteImagesInput!) { deleteImages(input: $input) { __typename } }`;
    await bench.ada.mutate(deletion, { imageIds: [extra] });
    await eventually("what is in the trash leaves the list", () => {
      const ids = shown.at(-1)?.map(({ node }) => node.id);
      return ids?.length === 2 && !ids.includes(extra);
    });
    t.equal(empty, 0, "it never was empty meanwhile");
  });

  t.test("what is expected to fail is data, with its type", async (t) => {
    const client = open(await bench.session());
    const update = async (imageId: string, title: string) =>
      (await client.mutation(updateImage, { input: { imageId, title } })).data?.updateImage;
    t.match(await update(bench.imageIds[0], "x".repeat(201)), {
      ...{ __typename: "ValidationError", code: "VALIDATION_FAILED", issues: [{ path: ["title"] }] },
    });
    t.match(await update(studio.missingId("Image"), "x"), { __typename: "NotFoundError", code: "NOT_FOUND" });
    t.match(await update(bench.imageIds[0], "Dawn"), { image: { title: "Dawn" } });
  });

  t.test("what is not expected is an error with a code", async (t) => {
    const client = open(await bench.session());
    const { error } = await client.query(gql`query { images(first: 1000) { edges { node { id } } } }`, {});
    t.match(error, { graphQLErrors: [{ message: /100/, extensions: { code: "BAD_USER_INPUT" } }] });
  });

  t.test("a token that has ended is replaced on the way", async (t) => {
    const client = open(await bench.session());
    bench.atelier.clock.advance(15 * 60_000 + 1_000);
    const answers = await Promise.all([1, 2, 3].map((first) => fresh(client, first)));
    for (const { data, error } of answers)
      t.match({ data, error }, { data: { images: { edges: [{}] } }, error: undefined });
  });

  t.test("everything has a key or is known to need none", async (t) => {
    t.same(warnings(), []);
    const client = open(await bench.session());
    await client.query(gql`query { images(first: 1) { nodes { title } } }`, {});
    t.match(warnings(), [{ args: [/Invalid key: [^]*selection set/] }], "what has a key is to be asked for it");
  });

  survives(t, bench, (session, imageIds, hear) => {
    const closes: number[] = [];
    let resyncs = 0;
    const socket = openSocket(session, { ...quick, onResync: () => void (resyncs += 1) });
    socket.on("closed", (event) => void closes.push((event as CloseEvent).code));
    const client = createUrqlClient(session, socket, schema);
    const { unsubscribe } = pipe(
      client.subscription<{ imageChanged: Heard }>(gql(watchImages), { imageIds }),
      subscribe(({ data, error }) => (data ? hear(data.imageChanged) : t.fail("an event", { error }))),
    );
    const stop = () => {
      unsubscribe();
      void socket.dispose();
    };
    return { closes, resyncs: () => resyncs, stop };
  });
});

const fresh = (client: Client, first: number) => client.query(list, { first }, { requestPolicy: "network-only" });
