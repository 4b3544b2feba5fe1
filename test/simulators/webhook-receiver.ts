/**
 * A receiver of webhooks as its owner would write one: it keeps every message, and judges its signature by the reference library
 * of Standard Webhooks, which is not ours.
 */
import { Webhook } from "standardwebhooks";
import type { Test } from "tap";
import { type Interference, type SimulatedHttp, send, simulateHttp } from "./simulated-http.ts";

/** One message as it arrived. */
export interface ReceivedMessage {
  readonly path: string;
  readonly id: string;
  /** As the message says, in seconds since 1970. */
  readonly timestamp: number;
  readonly signatures: readonly string[];
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a message has the shape that the test asked for
  readonly body: any;
}

export interface WebhookReceiver extends Pick<SimulatedHttp, "url" | "arrival" | "arrivals"> {
  messages(path?: string): readonly ReceivedMessage[];
  /** The next messages at a path are answered so, one each, instead of 200. */
  answers(path: string, ...answers: readonly Interference[]): void;
  /** Whether a message is signed with a secret. */
  isSigned(message: ReceivedMessage | undefined, secret: string): boolean;
}

/** Receives until the test ends. */
export async function webhookReceiver(t: Test): Promise<WebhookReceiver> {
  const http = await simulateHttp(t, (_call, response) => send(response, 200, "taken"));
  return {
    ...{ url: http.url, arrival: http.arrival, arrivals: http.arrivals },
    messages: (path) =>
      http.arrivals
        .filter((arrival) => path === undefined || arrival.path === path)
        .map(({ headers, body, path: at }) => ({
          ...{ path: at, id: String(headers["webhook-id"]), timestamp: Number(headers["webhook-timestamp"]) },
          ...{ signatures: String(headers["webhook-signature"]).split(" "), text: body.toString() },
          body: JSON.parse(body.toString()),
        })),
    answers: (path, ...answers) => http.interfere(new RegExp(`^POST ${path}$`), ...answers),
    isSigned: (message, secret) =>
      message?.signatures.includes(
        new Webhook(secret).sign(message.id, new Date(message.timestamp * 1_000), message.text),
      ) ?? false,
  };
}
