/**
 * How processes tell each other that the event log grew: an empty NOTIFY, sent after the commit on a connection of its own.
 * It may be late or lost; the log's own poll is the net.
 */
import pg from "pg";
import type { Logger } from "./log.ts";

const channel = "atelier_event";

/** Wake-ups of one process are gathered for so long, in milliseconds. */
const wakeDelay = 15;

/** Which database, and where trouble is told. */
export interface WakeUpOptions {
  readonly databaseUrl: string;
  readonly log: Pick<Logger, "warn">;
}

/** Sends the gathered wake-ups on a connection of its own. A failed one is not repeated: the listeners' poll is the net. */
export function openWakeUps({ databaseUrl, log }: WakeUpOptions) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, application_name: "atelier wake-ups" });
  pool.on("error", (error) =>
    log.warn({ err: error }, "the wake-up connection broke; the next wake-up opens a new one"),
  );
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<unknown> = Promise.resolve();
  const send = () => {
    timer = null;
    sending = pool
      .query(`notify ${channel}`)
      .catch((error: unknown) => log.warn({ err: error }, "a wake-up was not sent; listeners will poll"));
  };
  return {
    wake: () => {
      timer ??= setTimeout(send, wakeDelay);
    },
    close: async () => {
      if (timer !== null) {
        clearTimeout(timer);
        send();
      }
      await sending;
      await pool.end();
    },
  };
}

/** Milliseconds before a broken listening connection is opened again. */
const reconnectDelay = 500;

/** The one listening connection; opens itself again when it breaks, and polls then, for what it did not hear. */
export async function openEars({ databaseUrl, log }: WakeUpOptions, onWakeUp: () => void) {
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  let connecting: Promise<void> = Promise.resolve();
  let closed = false;

  const connect = async () => {
    const fresh = new pg.Client({ connectionString: databaseUrl, application_name: "atelier events", keepAlive: true });
    fresh.on("notification", onWakeUp);
    fresh.on("error", (error) => log.warn({ err: error }, "the listening connection broke; it is opened again"));
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
    } catch (error) {
      await fresh.end();
      throw error;
    }
    client = fresh;
    fresh.once("end", () => {
      client = null;
      again();
    });
    onWakeUp();
  };
  const again = () => {
    if (closed || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      connecting = connect().catch((error: unknown) => {
        log.warn({ err: error }, "the listening connection could not be opened; it is tried again");
        again();
      });
    }, reconnectDelay);
  };

  await connect();
  return {
    close: async () => {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      // A connection that is being opened at this moment is ours to close as well.
      await connecting;
      await client?.end();
    },
  };
}
