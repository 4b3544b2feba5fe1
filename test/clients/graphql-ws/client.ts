/**
 * Atelier's subscriptions by `graphql-ws`: a socket that comes back by itself and goes on behind the last event. Apollo and urql
 * use it as well. It uses the `WebSocket` that browsers and Node 22 bring along.
 */
import { type Client, createClient } from "graphql-ws";
import { AtelierError, type Session } from "../fetch/client.ts";

/** What may be set otherwise; times in milliseconds. */
export interface SocketOptions {
  /** Called when too much was missed: the stream starts anew from the current state, and lists are to be read again. */
  readonly onResync?: () => void;
  /** Pause before the first try to come back; each further one waits twice as long, at most 30 seconds. */
  readonly firstPause?: number;
  /** How long the line may be silent before it is asked for a sign of life, and how long that may take. */
  readonly keepAlive?: number;
  readonly patience?: number;
}

/**
 * Opens a socket with the first subscription. Documents that declare `$after: Cursor`, pass it on and ask for `cursor` are
 * resumed: nothing is lost and nothing comes twice. Subscribe with `subscribe`; `iterate` does not resume.
 */
export function openSocket(session: Session, options: SocketOptions = {}): Client {
  const { onResync, firstPause = 1_000, keepAlive = 10_000, patience = 5_000 } = options;
  // #region README
  let token = session.accessToken();
  let expired = false;
  let watchdog: ReturnType<typeof setTimeout>;
  const isAlive = () => clearTimeout(watchdog);
  const expectLife = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => client.terminate(), patience); // a dead line says nothing by itself
  };

  const client = createClient({
    url: session.url.replace(/^http/, "ws"),
    connectionParams: async () => {
      token = expired ? await session.renew(token) : session.accessToken();
      expired = false;
      return { authorization: `Bearer ${token}` };
    },
    keepAlive,
    retryAttempts: Infinity,
    // By default a connection that is refused counts as fatal. Only the end of the sign-in is.
    shouldRetry: (problem) => !(problem instanceof AtelierError),
    retryWait: (tries) => pause(Math.min(firstPause * 2 ** tries, 30_000) * (0.5 + Math.random())),
    on: {
      connecting: expectLife,
      connected: isAlive,
      ping: (received) => received || expectLife(),
      pong: isAlive,
      closed: (event) => {
        isAlive();
        if (codeOf(event) === 4403) expired = true;
      },
    },
  });

  const subscribe: Client["subscribe"] = (payload, sink) => {
    const variables = { ...payload.variables };
    let isStale = false;
    const next: typeof sink.next = (result) => {
      isStale = needsResync(result.errors);
      if (isStale) return;
      variables["after"] = cursorOf(result.data) ?? variables["after"]; // sent again when it comes back
      sink.next(result);
    };
    const end = () => {
      if (!isStale) return sink.complete();
      isStale = false;
      delete variables["after"];
      onResync?.();
      stop = start();
    };
    const fail = (error: unknown) => {
      isStale = needsResync(error);
      if (isStale) end();
      else sink.error(error);
    };
    const start = () => client.subscribe({ ...payload, variables }, { next, error: fail, complete: end });
    let stop = start();
    return () => stop();
  };
  return { ...client, subscribe };
  // #endregion
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Where a close event says why. */
function codeOf(event: unknown): number | null {
  return typeof event === "object" && event !== null && "code" in event ? Number(event.code) : null;
}

/** The cursor of the event in a result. */
function cursorOf(data: unknown): string | undefined {
  const [event] = typeof data === "object" && data !== null ? Object.values(data) : [];
  return typeof event === "object" && event !== null && "cursor" in event ? String(event.cursor) : undefined;
}

/** Whether errors say that the stream cannot go on where it stood. */
export function needsResync(errors: unknown): boolean {
  return Array.isArray(errors) && errors.some((error) => error?.extensions?.code === "RESYNC_REQUIRED");
}
