/**
 * Atelier's subscriptions by `EventSource`, for pages and tools that want no websocket. Browsers bring it along; in Node it is
 * the package `eventsource`.
 */
import type { Session } from "../fetch/client.ts";
import { needsResync } from "../graphql-ws/client.ts";

/** The part of `EventSource` that is used. */
interface Source extends EventTarget {
  readonly readyState: number;
  close(): void;
}

/** What is told of a stream. */
export interface StreamSink<Data> {
  next(result: { readonly data?: Data | null; readonly errors?: readonly { readonly message: string }[] }): void;
  /** The sign-in has ended, or the server does not answer; nothing more comes. */
  error(problem: unknown): void;
  complete(): void;
  /** Too much was missed: the stream starts anew from the current state, and lists are to be read again. */
  resync?(): void;
}

const createTicket = `mutation { createStreamTicket { ... on CreateStreamTicketSuccess { ticket } } }`;
const closed = 2;

/** Listens to a subscription whose document declares `$after: Cursor` and passes it on. The answer ends it. */
export function listen<Data>(
  session: Session,
  { query, variables }: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> },
  sink: StreamSink<Data>,
  EventSource: new (url: string) => Source = globalThis.EventSource,
): () => void {
  let source: Source | null = null;
  let isOver = false;
  // #region README
  let after: unknown = variables?.["after"];

  const open = async () => {
    const { createStreamTicket } = await session.request<{ createStreamTicket: { ticket: string } }>(
      ...([createTicket, {}, { repeat: true }] as const),
    );
    if (isOver) return;
    const address = { ticket: createStreamTicket.ticket, query, variables: JSON.stringify({ ...variables, after }) };
    const stream = (source = new EventSource(`${session.url}/stream?${new URLSearchParams(address)}`));
    stream.addEventListener("next", (event) => {
      const { data, lastEventId } = event as MessageEvent;
      const result = JSON.parse(data);
      if (needsResync(result.errors)) {
        stream.close();
        after = undefined;
        sink.resync?.();
        reopen();
      } else {
        after = lastEventId || after;
        sink.next(result);
      }
    });
    stream.addEventListener("complete", () => {
      stream.close();
      sink.complete();
    });
    // It comes back by itself, but for a refusal: then the ticket has run out, or the server wants a pause.
    stream.addEventListener("error", () => stream.readyState === closed && setTimeout(reopen, 1_000));
  };
  const reopen = () => void open().catch((problem: unknown) => sink.error(problem));
  // #endregion

  reopen();
  return () => {
    isOver = true;
    source?.close();
  };
}
