/** What the tests of clients stand on: a server that restarts on its port, a line to it that can be cut, and pictures that change. */
import type { Test } from "tap";
import { formatCursor } from "../../src/infra/event-cursor.ts";
import { openSession, type Session, type Tokens } from "../clients/fetch/client.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import { countListeners } from "./count-listeners.ts";
import { type Line, openLine } from "./line.ts";
import { settledLog } from "./settled-log.ts";
import { standInProvider } from "./stand-ins.ts";
import * as studio from "./studio.ts";
import { operations, password, visit } from "./visitor.ts";

/** The running bench. */
export interface ClientBench {
  /** The process that writes and works; it serves nobody. */
  readonly atelier: Atelier;
  readonly ada: Person;
  /** Two finished pictures of hers. */
  readonly imageIds: readonly [string, string];
  /** Where the server serves `/graphql`, and where it does behind the line. */
  readonly url: string;
  readonly line: Line;
  /** Ends the server as an update does: sockets are told, services are closed. */
  stop(): Promise<void>;
  /** Starts another one on the same port. */
  start(): Promise<void>;
  /** Resolves once the server knows that nobody listens any more. */
  nobodyListens(): Promise<void>;
  signIn(): Promise<Tokens>;
  session(url?: string): Promise<Session>;
  /** Gives one of the two pictures another title, `times` times. */
  change(times: number): Promise<void>;
  /** Cursors of what changed behind a place in the log, in order, as the log has them. */
  changes(since: bigint): Promise<string[]>;
  /** The log's end, once it shows everything. */
  end(): Promise<bigint>;
}

const update = `mutation ($input: UpdateImageInput!) {
  updateImage(input: $input) { __typename ... on Error { message } }
}`;

/** Opens it. */
export async function openClientBench(t: Test): Promise<ClientBench> {
  const environment = { SOCKET_PING_SECONDS: "1", MAX_SOCKETS_PER_USER: "50" };
  const atelier = await openAtelier(t, { environment, providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [first = "", second = ""] = await studio.makeImages(atelier, ada, 2);
  let server = await atelier.neighbour();
  const address = await server.app.listen({ host: "127.0.0.1", port: 0 });
  let listeners = countListeners(server);
  const port = Number(new URL(address).port);
  const line = await openLine(t, port);
  const url = `${address}/graphql`;
  let title = 0;
  const signIn = (): Promise<Tokens> => visit(atelier.app).mutate(operations.login, { email: ada.email, password });
  return {
    ...{ atelier, ada, imageIds: [first, second], url, line, signIn },
    stop: async () => {
      await server.app.close();
      await server.services.close();
    },
    start: async () => {
      server = await atelier.neighbour();
      listeners = countListeners(server);
      await server.app.listen({ host: "127.0.0.1", port });
    },
    nobodyListens: () => listeners.none(),
    session: async (place = url) => openSession(place, await signIn(), { firstPause: 50, patience: 5_000 }),
    change: async (times) => {
      const { accessToken } = await signIn();
      for (let n = 0; n < times; n += 1) {
        const input = { imageId: n % 2 === 0 ? first : second, title: `Title ${(title += 1)}` };
        const answer = await atelier.personWith(accessToken).mutate(update, input);
        if (answer.__typename !== "UpdateImageSuccess") throw new Error(answer.message);
      }
    },
    changes: async (since) => {
      const rows = await atelier.services.db.$queryRaw<{ xid: string; id: bigint; at: Date }[]>`
        select xid::text, id, at from event where topic = 'image' and id > ${since} order by event.xid, event.id`;
      return rows.map(({ xid, id, at }) => formatCursor({ xid: BigInt(xid), id }, at));
    },
    end: async () => {
      await settledLog(atelier.services);
      const [row] = await atelier.services.db.$queryRaw<{ id: bigint }[]>`select coalesce(max(id), 0) as id from event`;
      return row?.id ?? 0n;
    },
  };
}
