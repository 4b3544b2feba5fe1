import type { Fetcher, FetcherOpts, FetcherParams, Observable } from "@graphiql/toolkit";
import { Kind, type OperationDefinitionNode, parse } from "graphql";
import { type Client, createClient } from "graphql-ws";
import type { Session } from "./session.ts";
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

/** One connection to the API for one person: GraphiQL's fetcher, and `close` for when that changes. */
export interface ApiConnection {
  readonly fetcher: Fetcher;
  readonly close: () => void;
}

/**
 * Sends queries and mutations over HTTP and subscriptions over one websocket, opened when first needed. Both carry the
 * session's access token; a header of the same name in GraphiQL's header pane wins over it. A token that the server refuses is
 * renewed once, and the operation sent again: a refused one was not begun.
 */
export function connect({ session, stream }: { session: Session; stream: StreamMonitor }): ApiConnection {
  // The socket closes with its last subscription, and GraphiQL runs one at a time: so each reads the headers of its own run.
  let headers: Record<string, string> = {};
  const client = createSocketClient(() => headers, stream);
  const fetcher: Fetcher = (params, options) => {
    const operation = findOperation(params);
    const request = { ...params, operationName: operation ? operation.name?.value : params.operationName };
    const send = sender(session, options);
    if (operation?.operation !== "subscription") return post(request, send);
    return subscribe({ client, request, stream, send, onHeaders: (sent) => (headers = sent) });
  };
  const close = (): void => {
    stream.ended("stopped");
    void client.dispose();
  };
  return { fetcher, close };
}

/** What one run sends along. */
interface Sender {
  readonly headers: () => Record<string, string>;
  /** Whether there is something better to send after a refusal; when not, and the session was refused, it has ended. */
  readonly renew: () => Promise<boolean>;
}

function sender(session: Session, options: FetcherOpts | undefined): Sender {
  let token = session.accessToken();
  const typed = Object.entries(options?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const headers = () => ({
    ...(token === undefined ? {} : { authorization: bearer(token) }),
    ...Object.fromEntries(typed),
  });
  return {
    headers,
    renew: async () => {
      // What was typed is not ours to renew.
      if (token === undefined || headers().authorization !== bearer(token)) return false;
      token = await session.replace(token);
      return token !== undefined;
    },
  };
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

async function post(request: ApiRequest, send: Sender): Promise<object> {
  const first = await postOnce(request, send.headers());
  return first.refused && (await send.renew()) ? (await postOnce(request, send.headers())).answer : first.answer;
}

async function postOnce(
  { query, variables, operationName }: ApiRequest,
  headers: Record<string, string>,
): Promise<{ answer: object; refused: boolean }> {
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
  const begun = "data" in answer && answer.data !== null;
  return { answer, refused: response.status === 401 || (!begun && "errors" in answer && isRefusal(answer.errors)) };
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

interface Subscription {
  readonly client: Client;
  readonly request: ApiRequest;
  readonly stream: StreamMonitor;
  readonly send: Sender;
  readonly onHeaders: (headers: Record<string, string>) => void;
}

function subscribe(subscription: Subscription): Observable<object> {
  return {
    subscribe(given?: Observer | Next) {
      subscription.stream.started();
      return follow(subscription, typeof given === "function" ? { next: given } : (given ?? {}));
    },
  };
}

/** Runs a subscription, and again with a renewed token when the server refuses or outlives the one it had. */
function follow({ client, request, stream, send, onHeaders }: Subscription, observer: Partial<Observer>) {
  const { query, variables, operationName } = request;
  let stopped = false;
  let stop = (): void => {};
  const fail = (reason: unknown): void => {
    stream.ended("failed");
    observer.error?.(explainFailure(reason));
  };
  const renewAndStart = async (reason: unknown): Promise<void> => {
    stream.reconnecting();
    if (!(await send.renew().catch(() => false))) fail(reason);
    else if (!stopped) start(true);
  };
  /** `fresh`: the token was renewed for this try, and if that one is refused, no other will do better. */
  const start = (fresh: boolean): void => {
    let received = false;
    onHeaders(send.headers());
    stop = client.subscribe(
      { query, variables, ...(operationName ? { operationName } : {}) },
      {
        next: (result) => {
          received = true;
          stream.received();
          observer.next?.(result);
        },
        error: (reason) => {
          if (stopped) return;
          if (isRefusal(reason) && (received || !fresh)) void renewAndStart(reason);
          else fail(reason);
        },
        complete: () => {
          stream.ended("finished");
          observer.complete?.();
        },
      },
    );
  };
  start(false);
  return {
    unsubscribe: () => {
      stopped = true;
      stream.ended("stopped");
      stop();
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
