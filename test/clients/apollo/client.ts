/** Atelier with Apollo Client 4: queries and mutations over HTTP, subscriptions over a websocket, one cache that both keep fresh. */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import type { Client as Socket } from "graphql-ws";
import type { Session } from "../fetch/client.ts";

/** Makes the client of somebody who is signed in. `possibleTypes` come from `possible-types.ts`, at build time. */
export function createApolloClient(
  session: Session,
  socket: Socket,
  possibleTypes: Record<string, string[]>,
): ApolloClient {
  // #region README
  const cache = new InMemoryCache({
    possibleTypes, // without them `... on Error` matches no error
    typePolicies: {
      Query: {
        fields: {
          images: relayStylePagination(["workspaceId", "filter", "orderBy"]),
          posts: relayStylePagination(["workspaceId", "filter", "orderBy"]),
        },
      },
    },
  });
  return new ApolloClient({
    cache,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: session.url, fetch: session.fetch }),
    ),
  });
  // #endregion
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

// #region README
/** Keeps every picture in the cache as it is now. The events do that by themselves; what is deleted must be taken out. */
export function followImages(client: ApolloClient, after?: string): () => void {
  const events = client.subscribe<ImageChanged>({ query: imageChanged, variables: { after } });
  const following = events.subscribe(({ data }) => {
    const { deletedId, image } = data?.imageChanged ?? {};
    const gone = image?.trashedAt ? image.id : deletedId;
    if (gone) client.cache.evict({ id: `Image:${gone}` });
  });
  return () => following.unsubscribe();
}
// #endregion
