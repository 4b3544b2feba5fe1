import type { Fetcher, FetcherOpts, FetcherParams, Observable } from "@graphiql/toolkit";
import { Kind, type OperationDefinitionNode, parse } from "graphql";
import { type Client, createClient } from "graphql-ws";
import type { StreamMonitor } from "./stream.ts";
import { errorsSchema } from "./wire.ts";

type Next = (result: object) => void;
interface Observer {
  readonly next: Next;
  readonly error?: (reason: unknown) => void;
  readonly complete?: () => void;
}

const ENDPOINT = "/graphql";
/** Bad credentials and expired credentials, as the server closes a socket. */
const UNAUTHORISED_CLOSES = [4401, 4403];

/** GraphiQL's parameters with the operation's name put right. */
type ApiRequest = Omit<FetcherParams, "operationName"> & { readonly operationName: string | null | undefined };

/** One connection to the API for one sign-in: GraphiQL's fetcher, and `close` for when the sign-in changes. */
export interface ApiConnection {
  readonly fetcher: Fetcher;
  readonly close: () => void;
}

/**
 * Sends queries and mutations over HTTP and subscriptions over one websocket, opened when first needed. Both carry the
 * access token; a header of the same name in GraphiQL's header pane wins over it.
 *
 * @param accessToken nobody is signed in when absent
 * @param onRefused called when the server no longer accepts `accessToken`
 */
export function connect({
  accessToken,
  onRefused,
  stream,
}: {
  accessToken: string | undefined;
  onRefused: (accessToken: string) => void;
  stream: StreamMonitor;
}): ApiConnection {
  // The socket closes with its last subscription, and GraphiQL runs one at a time: so each reads the headers of its own run.
  let headers: Record<string, string> = {};
  const noteRefusal = (sent: Record<string, string>): void => {
    if (accessToken !== undefined && sent["authorization"] === bearer(accessToken)) onRefused(accessToken);
  };
  const client = createSocketClient(() => headers, stream);
  const fetcher: Fetcher = (params, options) => {
    const sent = mergeHeaders(accessToken, options);
    const operation = findOperation(params);
    const request = { ...params, operationName: operation ? operation.name?.value : params.operationName };
    if (operation?.operation !== "subscription") return post(request, sent, noteRefusal);
    headers = sent;
    return subscribe({ client, request, stream, onRefused: () => noteRefusal(sent) });
  };
  const close = (): void => {
    stream.ended("stopped");
    void client.dispose();
  };
  return { fetcher, close };
}

function createSocketClient(headers: () => Record<string, string>, stream: StreamMonitor): Client {
  const url = new URL(ENDPOINT, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return createClient({
    url: url.href,
    lazy: true,
    connectionParams: headers,
    shouldRetry: (event) => event instanceof CloseEvent && !isRefusal(event),
    on: {
      closed: () => stream.reconnecting(),
    },
  });
}

function bearer(accessToken: string): string {
  return `Bearer ${accessToken}`;
}

function mergeHeaders(accessToken: string | undefined, options: FetcherOpts | undefined): Record<string, string> {
  const typed = Object.entries(options?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { ...(accessToken === undefined ? {} : { authorization: bearer(accessToken) }), ...Object.fromEntries(typed) };
}

/**
 * The operation that a run means. NOTE: GraphiQL works out the operation's name and syntax tree with a delay, so a run right
 * after a change of tab still names the operation of the tab before; a document of one operation leaves no doubt.
 */
function findOperation({ query, operationName }: FetcherParams): OperationDefinitionNode | undefined {
  try {
    const operations = parse(query).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 ? operations[0] : operations.find(({ name }) => name?.value === operationName);
  } catch {
    return undefined; // The server explains syntax errors better than this page could.
  }
}

async function post(
  { query, variables, operationName }: ApiRequest,
  headers: Record<string, string>,
  noteRefusal: (sent: Record<string, string>) => void,
): Promise<object> {
  const response = await fetch(ENDPOINT, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName }),
  }).catch((cause: unknown) => {
    throw plainError("The server cannot be reached. Is it running, and are you online?", cause);
  });
  const text = await response.text();
  const answer = parseObject(text);
  if (answer === undefined) {
    throw plainError(
      `The server answered ${response.status} ${response.statusText}, and not in JSON: ${text.slice(0, 300)}`,
    );
  }
  if (response.status === 401 || ("errors" in answer && isRefusal(answer.errors))) noteRefusal(headers);
  return answer;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a failure, a close of the socket or the errors of an answer, says that the credentials do not count. */
function isRefusal(failure: unknown): boolean {
  if (failure instanceof CloseEvent) return UNAUTHORISED_CLOSES.includes(failure.code);
  const parsed = errorsSchema.safeParse(failure);
  return parsed.success && parsed.data.some((error) => error.extensions?.code === "UNAUTHENTICATED");
}

function subscribe({
  client,
  request,
  stream,
  onRefused,
}: {
  client: Client;
  request: ApiRequest;
  stream: StreamMonitor;
  onRefused: () => void;
}): Observable<object> {
  return {
    subscribe(given?: Observer | Next) {
      const observer: Partial<Observer> = typeof given === "function" ? { next: given } : (given ?? {});
      const { query, variables, operationName } = request;
      stream.started();
      const stop = client.subscribe(
        { query, variables, ...(operationName ? { operationName } : {}) },
        {
          next: (result) => {
            stream.received();
            observer.next?.(result);
            if (isRefusal(result.errors)) onRefused();
          },
          error: (reason) => {
            stream.ended("failed");
            // NOTE: in this order, because a session that ends closes this client, and a closed client reports no error.
            observer.error?.(explainFailure(reason));
            if (isRefusal(reason)) onRefused();
          },
          complete: () => {
            stream.ended("finished");
            observer.complete?.();
          },
        },
      );
      return {
        unsubscribe: () => {
          stream.ended("stopped");
          stop();
        },
      };
    },
  };
}

/** GraphQL errors are shown as they are; a closed or failed socket is put into words. */
function explainFailure(reason: unknown): unknown {
  if (Array.isArray(reason)) return reason;
  if (!(reason instanceof CloseEvent)) return plainError("The websocket to the server failed.", reason);
  if (isRefusal(reason)) {
    return plainError(
      `The server closed the websocket (${reason.code}): the sign-in is not or no longer valid. Sign in and run again.`,
    );
  }
  return plainError(
    `The server closed the websocket (${reason.code}${reason.reason === "" ? "" : `: ${reason.reason}`}).`,
  );
}

/** An error without a stack, because GraphiQL prints every property of an error in the response pane. */
function plainError(message: string, cause?: unknown): Error {
  const error = new Error(message, { cause });
  delete error.stack;
  return error;
}
