import http from "node:http";

/** How the server closes the websocket of a client that reads every frame, whatever was agreed on. */
export function firstClose(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url.replace("ws:", "http:"), {
      headers: {
        ...{ connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
        ...{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", ...headers },
      },
    });
    request.on("error", reject);
    request.on("upgrade", (_response, connection, head: Buffer) => {
      const received: Buffer[] = [head];
      const read = () => {
        // A short frame of the server: two bytes of head, then the code and the reason.
        const frame = Buffer.concat(received);
        const end = 2 + (frame[1] ?? Number.POSITIVE_INFINITY);
        if (frame.length < end) return;
        connection.destroy();
        resolve({ code: frame.readUInt16BE(2), reason: frame.toString("utf8", 4, end) });
      };
      connection.on("data", (chunk: Buffer) => {
        received.push(chunk);
        read();
      });
      read();
    });
    request.end();
  });
}
