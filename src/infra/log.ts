import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** Names under which a secret might travel in a logged object; their values are never written. */
const redacted = [
  "authorization",
  "password",
  "passwordHash",
  "accessToken",
  "refreshToken",
  "credentials",
  "headers.authorization",
  "headers.cookie",
  "req.headers.authorization",
  "req.headers.cookie",
];

/** What `openLog` needs to know. */
export interface LogOptions {
  /** A pino level, or `silent`. */
  readonly level: string;
  /** One readable line per entry for a person at a terminal, instead of JSON. */
  readonly pretty: boolean;
}

/** The process's logger: JSON lines on standard output, or readable ones on standard error when `pretty`. */
export function openLog({ level, pretty }: LogOptions): Logger {
  const options = { level, redact: { paths: redacted, censor: "[secret]" } };
  if (!pretty) return pino(options);
  const target = {
    target: "pino-pretty",
    options: { destination: 2, ignore: "pid,hostname", translateTime: "HH:MM:ss" },
  };
  return pino({ ...options, transport: target });
}
