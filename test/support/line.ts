/** A line between a client and a server, which a test can cut: packets stop, and neither side is told. */
import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";
import type { Teardown } from "./database.ts";

/** An open line. */
export interface Line {
  /** Where clients connect; the server stands behind it. */
  readonly url: string;
  /** From now on nothing gets through, either way, not even the end of a connection. New connections stay unanswered. */
  cut(): void;
  /** Everything held up arrives, as TCP repeats it after a cut. What was ended meanwhile ends. */
  mend(): void;
}

/** Opens a line to a port of this machine. */
export async function openLine(t: Teardown, port: number): Promise<Line> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const heldUp: (() => void)[] = [];
  const whenWhole = (work: () => void) => {
    if (isCut) heldUp.push(work);
    else work();
  };
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("data", (bytes) => void to.write(bytes));
    from.on("end", () => whenWhole(() => to.end()));
    // Which error ended it does not matter here: the other side is told by the end.
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      whenWhole(() => to.destroy());
    });
    if (isCut) from.pause();
  };
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    whenWhole(() => {
      const upstream = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      join(client, upstream);
      join(upstream, client);
      if (!isCut) client.resume();
    });
    client.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  const { port: front } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${front}/graphql`,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      isCut = false;
      for (const socket of sockets) socket.resume();
      for (const work of heldUp.splice(0)) work();
    },
  };
}
