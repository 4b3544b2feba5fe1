/** Atelier with urql and its normalised cache (Graphcache): queries and mutations over HTTP, subscriptions over a websocket. */
import { Client, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { type Cache, cacheExchange, type Entity, type Link } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { buildClientSchema, type IntrospectionQuery, isObjectType } from "graphql";
import type { Client as Socket } from "graphql-ws";
import { pipe, subscribe } from "wonka";
import type { Session } from "../fetch/client.ts";

/** Makes the client of somebody who is signed in. `schema` is the introspection of `schema.graphql`, made at build time. */
export function createUrqlClient(session: Session, socket: Socket, schema: IntrospectionQuery): Client {
  // #region README
  const cache = cacheExchange({
    schema,
    keys: keysOf(schema),
    resolvers: { Query: { images: relayPagination(), posts: relayPagination() } },
    updates: {
      Subscription: {
        // What changed is in the event, and so in the cache; what is deleted must be taken out.
        imageChanged: ({ imageChanged }: Partial<ImageChanged>, _variables, store) => {
          const { deletedId, image } = imageChanged ?? {};
          const gone = image?.trashedAt ? image.id : deletedId;
          if (gone) takeOut(store, `Image:${gone}`);
        },
      },
    },
  });
  return new Client({
    url: session.url,
    fetch: session.fetch,
    preferGetMethod: false,
    exchanges: [
      cache,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables }) => ({
          subscribe: ({ next, ...sink }) => ({
            unsubscribe: socket.subscribe(
              { query, variables },
              { ...sink, next: ({ data = null, errors = [] }) => next({ data, errors }) },
            ),
          }),
        }),
      }),
    ],
  });
  // #endregion
}

/** Takes something out of all lists of pictures. (`invalidate` would make every list with it empty until it is read again.) */
function takeOut(store: Cache, key: string): void {
  for (const { fieldName, arguments: given } of store.inspectFields("Query")) {
    if (fieldName !== "images") continue;
    const page = store.resolve("Query", fieldName, given);
    const edges = typeof page === "string" ? store.resolve(page, "edges") : null;
    if (typeof page !== "string" || !Array.isArray(edges)) continue;
    store.link(page, "edges", edges.filter((edge) => store.resolve(edge as Entity, "node") !== key) as Link<Entity>);
  }
}

/** Types without an `id` are part of what they stand in: connections, events, answers of mutations. */
function keysOf(introspection: IntrospectionQuery): Record<string, () => null> {
  const types = Object.values(buildClientSchema(introspection).getTypeMap()).filter(isObjectType);
  return Object.fromEntries(types.filter((type) => !("id" in type.getFields())).map(({ name }) => [name, () => null]));
}

const imageChanged = gql`
  subscription ImageChanged($after: Cursor) {
    imageChanged(after: $after) {
      cursor
      kind
      deletedId
      image { id status progress title trashedAt url(variant: PREVIEW) }
    }
  }
`;

interface ImageChanged {
  readonly imageChanged: {
    readonly deletedId: string | null;
    readonly image: { readonly id: string; readonly trashedAt: string | null } | null;
  };
}

/** Keeps every picture in the cache as it is now. */
export function followImages(client: Client, after?: string): () => void {
  const { unsubscribe } = pipe(
    client.subscription(imageChanged, { after }),
    subscribe(() => undefined),
  );
  return unsubscribe;
}
