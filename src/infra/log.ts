import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** Names under which a secret might travel in a logged object; their values are never written. */
const secret = [
  ...["authorization", "cookie", "set-cookie", "x-api-key"],
  ...["password", "passwordHash", "accessToken", "refreshToken", "token", "secret", "credentials"],
];

/** They are hidden in the object itself and up to two levels down, as in `{ req: { headers: { authorization } } }`. */
const redacted = secret.flatMap((name) => ["", "*", "*.*"].map((outer) => `${outer}["${name}"]`));

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
