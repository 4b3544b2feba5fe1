import { readFile } from "node:fs/promises";
import { type ApolloClient, gql } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import t from "tap";
import { emptyTrash } from "../../../src/images/empty-trash.ts";
import { addMilliseconds } from "../../../src/infra/clock.ts";
import { openClientBench } from "../../support/client-bench.ts";
import { type Heard, survives, watchImages } from "../../support/client-survival.ts";
import { eventually } from "../../support/eventually.ts";
import * as studio from "../../support/studio.ts";
import type { Session } from "../fetch/client.ts";
import { openSocket, type SocketOptions } from "../graphql-ws/client.ts";
import { createApolloClient, followImages } from "./client.ts";
import { possibleTypesOf } from "./possible-types.ts";

const schema = await readFile(new URL("../../../schema.graphql", import.meta.url), "utf8");
const quick: SocketOptions = { firstPause: 50, keepAlive: 300, patience: 1_000 };

interface Images {
  readonly eventCursor: string;
  readonly images: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly title: string | null } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const list = gql`
  query Images($after: String) {
    eventCursor
    images(first: 1, after: $after) {
      edges { node { ... on Node { id } title } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const errors = gql`
  fragment Failure on Error {
    code
    message
    ... on ValidationError { issues { path message } }
  }
`;

t.test("Apollo Client", async (t) => {
  const bench = await openClientBench(t);
  const open = (session: Session, hints = possibleTypesOf(schema)) => {
    const socket = openSocket(session, quick);
    const client = createApolloClient(session, socket, hints);
    const stop = () => {
      client.stop();
      void socket.dispose();
    };
    t.teardown(stop);
    return client;
  };

  t.test("a list of pages keeps itself fresh, by events alone", async (t) => {
    const client = open(await bench.session());
    const first = await client.query<Images>({ query: list });
    t.teardown(followImages(client, first.data?.eventCursor));
    const shown: (readonly (string | null)[])[] = [];
    const pages = client.watchQuery<Images>({ query: list });
    const watching = pages.subscribe(({ data, dataState }) => {
      if (dataState === "complete") shown.push(data.images.edges.map(({ node }) => node.title));
    });
    t.teardown(() => watching.unsubscribe());
    await pages.fetchMore({ variables: { after: first.data?.images.pageInfo.endCursor } });
    await eventually("both pages in one list", () => shown.at(-1)?.length === 2);

    await bench.change(2);
    await eventually("both have another title", () => shown.at(-1)?.every((title) => title !== null) === true);
    const { images } = (await bench.ada.request("{ images { nodes { title } } }")).data;
    t.same(
      shown.at(-1),
      images.nodes.map(({ title }: { title: string }) => title),
    );

    const [extra = ""] = await studio.makeImages(bench.atelier, bench.ada);
    await client.refetchQueries({ include: "active" });
    await eventually("it is in the list", () => isCached(client, extra));
    const deletion = `mutation ($input: DeleteImagesInput!) { deleteImages(input: $input) { __typename } }`;
    await bench.ada.mutate(deletion, { imageIds: [extra] });
    await eventually("what is in the trash leaves the cache", () => !isCached(client, extra));
    await client.query({ query: gql`query ($id: ID!) { node(id: $id) { id } }`, variables: { id: extra } });
    t.ok(isCached(client, extra));
    const inTwoMonths = { now: () => addMilliseconds(bench.atelier.clock.now(), 60 * 24 * 60 * 60_000) };
    t.equal(await emptyTrash({ ...bench.atelier.services, clock: inTwoMonths }), 1);
    await eventually("and so does what is gone for good", () => !isCached(client, extra));
  });

  t.test("what is expected to fail is data, with its type", async (t) => {
    const client = open(await bench.session());
    const mutation = gql`
      mutation Update($input: UpdateImageInput!) {
        updateImage(input: $input) { ... on UpdateImageSuccess { image { id title } } ...Failure }
      }
      ${errors}
    `;
    const update = async (input: Readonly<Record<string, unknown>>) =>
      (await client.mutate<{ updateImage: unknown }>({ mutation, variables: { input } })).data?.updateImage;
    t.match(await update({ imageId: bench.imageIds[0], title: "x".repeat(201) }), {
      ...{ __typename: "ValidationError", code: "VALIDATION_FAILED", issues: [{ path: ["title"] }] },
    });
    t.match(await update({ imageId: studio.missingId("Image"), title: "x" }), {
      ...{ __typename: "NotFoundError", code: "NOT_FOUND" },
    });
    t.match(await update({ imageId: bench.imageIds[0], title: "Dawn" }), {
      ...{ __typename: "UpdateImageSuccess", image: { title: "Dawn" } },
    });
  });

  t.test("what is not expected is an error with a code", async (t) => {
    const client = open(await bench.session());
    await t.rejects(client.query({ query: gql`query { images { edges { node { titel } } } }` }), {
      ...{ name: "CombinedGraphQLErrors", errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] },
    });
    const tooMany = gql`query { images(first: 1000) { edges { node { id } } } }`;
    const { error } = await client.query({ query: tooMany, errorPolicy: "all" });
    t.match(CombinedGraphQLErrors.is(error) && error.errors, [
      { message: /100/, extensions: { code: "BAD_USER_INPUT" } },
    ]);
  });

  t.test("a token that has ended is replaced on the way", async (t) => {
    const client = open(await bench.session());
    bench.atelier.clock.advance(15 * 60_000 + 1_000);
    const answers = await Promise.all([1, 2, 3].map(() => client.query({ query: list, fetchPolicy: "network-only" })));
    for (const { data } of answers) t.match(data, { images: { edges: [{}] } });
  });

  t.test("without the hints about interfaces it silently leaves out what is asked of one", async (t) => {
    const client = open(await bench.session(), {});
    const { data } = await client.query<Images>({ query: list });
    t.same(Object.keys(data?.images.edges[0]?.node ?? {}).toSorted(), ["__typename", "title"]);
  });

  survives(t, bench, (session, imageIds, hear) => {
    const closes: number[] = [];
    let resyncs = 0;
    const socket = openSocket(session, { ...quick, onResync: () => void (resyncs += 1) });
    socket.on("closed", (event) => void closes.push((event as CloseEvent).code));
    const client = createApolloClient(session, socket, possibleTypesOf(schema));
    const events = client.subscribe<{ imageChanged: Heard }>({ query: gql(watchImages), variables: { imageIds } });
    const following = events.subscribe(({ data, error }) => {
      if (data) hear(data.imageChanged);
      else t.fail("an event", { error });
    });
    const stop = () => {
      following.unsubscribe();
      client.stop();
      void socket.dispose();
    };
    return { closes, resyncs: () => resyncs, stop };
  });
});

/** Whether a picture is in the cache. */
function isCached(client: ApolloClient, imageId: string): boolean {
  return JSON.stringify(client.cache.extract()).includes(`"Image:${imageId}":`);
}
