/** Loopback servers and guarded clients for tests of outbound requests. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { Test } from "tap";
import { createOutboundHttp, type OutboundHttpOptions, type OutboundRequest } from "../../src/infra/outbound-http.ts";

/** As in production: public addresses over https. */
export const secure = { allowedNetworks: [], allowHttp: false } as const;
/** As for a self-hoster with servers on the same machine. */
export const loopback = { allowedNetworks: ["127.0.0.0/8"], allowHttp: true } as const;

export function client(t: Test, options: OutboundHttpOptions = loopback) {
  const http = createOutboundHttp(options);
  t.teardown(() => http.close());
  return http;
}

/** Listens on a free port of 127.0.0.1 until the test ends, whatever is still connected. */
export async function listen(t: Test, server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The origin of a plain HTTP server. */
export async function serve(t: Test, listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(t, createServer(listener))}`;
}

/** Sends a request that must fail for `reason`. */
export async function refused(
  t: Test,
  request: OutboundRequest,
  reason: string,
  options: OutboundHttpOptions = loopback,
) {
  const result = await client(t, options).request(request);
  if (result.ok) t.fail(`${request.url} was answered with ${result.status}`);
  else t.equal(result.reason, reason, result.detail);
  return result.ok ? { requestSent: true, message: "" } : result;
}
