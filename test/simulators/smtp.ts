/** A mail server on 127.0.0.1 that speaks real SMTP and misbehaves as it is told. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import type { Teardown } from "../support/database.ts";
import { tlsCertificate } from "../support/tls-certificate.ts";

/** What it does beside taking mail. */
export interface SmtpBehaviour {
  /** Answers a command with an error of this code and text. */
  readonly refuse?: { readonly at: "MAIL" | "RCPT" | "DATA"; readonly code: number; readonly text: string };
  /** Ends the connection in the middle of the mail. */
  readonly drops?: boolean;
  /** Wants a user and password. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Offers STARTTLS, with a certificate that nobody trusts. */
  readonly encrypts?: boolean;
}

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly content: Buffer;
}

/** Starts one; it stops with the test. */
export async function openSmtpServer(
  t: Teardown,
  behaviour: SmtpBehaviour = {},
): Promise<{ readonly port: number; readonly received: readonly ReceivedMail[] }> {
  const { refuse, drops = false, login, encrypts = false } = behaviour;
  const received: ReceivedMail[] = [];
  const errorAt = (step: "MAIL" | "RCPT" | "DATA") =>
    refuse?.at === step ? Object.assign(new Error(refuse.text), { responseCode: refuse.code }) : null;
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    ...{ logger: false, disableReverseLookup: true, authOptional: login === undefined, hideSTARTTLS: !encrypts },
    ...{ key: tlsCertificate.key, cert: tlsCertificate.cert, allowInsecureAuth: true },
    onAuth: ({ username, password }, _session, callback) =>
      username === login?.user && password === login?.password
        ? callback(null, { user: username })
        : callback(Object.assign(new Error("Authentication failed"), { responseCode: 535 })),
    onMailFrom: (_address, _session, callback) => callback(errorAt("MAIL")),
    onRcptTo: (_address, _session, callback) => callback(errorAt("RCPT")),
    onData: (stream, session, callback) => {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        if (drops) {
          for (const socket of sockets) socket.destroy();
          return;
        }
        const error = errorAt("DATA");
        if (error === null) {
          const { mailFrom, rcptTo } = session.envelope;
          received.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            content: Buffer.concat(pieces),
          });
        }
        callback(error);
      });
    },
  });
  server.server.on("connection", (socket: Socket) => sockets.add(socket));
  // Clients that break off are part of the test.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.server.address() as AddressInfo).port, received };
}

/** Starts a server that takes connections and says only what it is given, again and again, or nothing at all. */
export async function openDeafServer(t: Teardown, drip?: string): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    if (drip === undefined) return;
    const timer = setInterval(() => socket.write(drip), 20);
    socket.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
