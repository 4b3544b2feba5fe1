/** Server-sent events as a plain `fetch` reads them. */
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Atelier, Person } from "./atelier.ts";

/** An open event stream, or the refusal of one. */
export interface ReadEvents {
  readonly status: number;
  /** The body of a refusal. */
  text(): Promise<string>;
  /** The next event; null when the stream ended. */
  next(): Promise<EventSourceMessage | null>;
  /** The data of the next event, read as JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for
  data(): Promise<any>;
  /** Hangs up. */
  close(): void;
}

/** What is asked. */
export interface StreamRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in the address, with a GET request; otherwise the person's token goes along, with a POST request. */
  readonly ticket?: string;
}

/** Where an Atelier that listens serves event streams. */
export function streamUrl({ app }: Pick<Atelier, "app">, parameters: Readonly<Record<string, string>> = {}): string {
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("Call `listen` first.");
  const query = new URLSearchParams(parameters).toString();
  return `http://127.0.0.1:${address.port}/graphql/stream${query === "" ? "" : `?${query}`}`;
}

/** Opens an event stream. */
export async function readEvents(
  atelier: Pick<Atelier, "app">,
  person: Pick<Person, "token">,
  { query, variables = {}, headers = {}, ticket }: StreamRequest,
): Promise<ReadEvents> {
  const hangUp = new AbortController();
  const common = { accept: "text/event-stream", ...headers };
  const authorization: Record<string, string> =
    person.token === null ? {} : { authorization: `Bearer ${person.token}` };
  const response =
    ticket === undefined
      ? await fetch(streamUrl(atelier), {
          method: "POST",
          headers: { "content-type": "application/json", ...authorization, ...common },
          body: JSON.stringify({ query, variables }),
          signal: hangUp.signal,
        })
      : await fetch(streamUrl(atelier, { ticket, query, variables: JSON.stringify(variables) }), {
          ...{ headers: common, signal: hangUp.signal },
        });
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  const reader = response.ok ? response.body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
  const next = async () => {
    while (events.length === 0) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return null;
      parser.feed(chunk.value);
    }
    return events.shift() ?? null;
  };
  return {
    status: response.status,
    text: () => response.text(),
    next,
    data: async () => JSON.parse((await next())?.data ?? "null"),
    close: () => hangUp.abort(),
  };
}
