import { type Client, createClient } from "graphql-ws";
import WebSocket from "ws";
import { z } from "zod";

const answerShape = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** A client of the public API: what any program would use, and nothing more. */
export interface Api {
  /** Runs a query or mutation. Rejects with the server's own words. */
  request(query: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Every event of a subscription, until the caller stops reading. */
  subscribe(query: string, variables?: Readonly<Record<string, unknown>>): AsyncIterableIterator<unknown>;
  signIn(accessToken: string): void;
  close(): void;
}

/** Opens a client of the server at an address. */
export function openApi(url: string): Api {
  let token: string | null = null;
  let socket: Client | null = null;
  return {
    signIn: (accessToken) => {
      token = accessToken;
    },
    request: async (query, variables = {}) => {
      const headers = {
        "content-type": "application/json",
        ...(token !== null && { authorization: `Bearer ${token}` }),
      };
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers,
        body: JSON.stringify({ query, variables }),
      });
      return unwrap(await response.json());
    },
    subscribe: (query, variables = {}) => {
      socket ??= createClient({
        url: `${url.replace(/^http/, "ws")}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: () => ({ authorization: `Bearer ${token ?? ""}` }),
      });
      const events = socket.iterate({ query, variables: { ...variables } });
      return mapped(events);
    },
    close: () => void socket?.dispose(),
  };
}

async function* mapped(events: AsyncIterableIterator<unknown>): AsyncIterableIterator<unknown> {
  for await (const event of events) yield unwrap(event);
}

function unwrap(answer: unknown): unknown {
  const { data, errors } = answerShape.parse(answer);
  if (errors !== undefined) throw new Error(errors.map((error) => error.message).join("\n"));
  return data;
}
