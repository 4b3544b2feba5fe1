/** This server's own variables in the environment. */
import { z } from "zod";
import { rateBudget } from "./infra/rate-limit.ts";
import {
  flag,
  keyRing,
  mailbox,
  namesAmong,
  networks,
  oneOf,
  origins,
  proxyCount,
  publicUrl,
  smtpUrl,
  wholeNumber,
} from "./infra/setting-kinds.ts";
import { platforms } from "./platforms/registry.ts";

/** Every variable Atelier knows. `describe` is the text of `.env.example`. */
export const ownVariables = {
  NODE_ENV: oneOf("development", "production", "test")
    .default("development")
    .describe("`production` refuses to start with missing or weak secrets. development | production | test"),
  HOST: z.string().min(1).default("127.0.0.1").describe("Address to listen on. 0.0.0.0 for all, as in a container."),
  PORT: wholeNumber(0, 65_535).default(4000).describe("Port to listen on; 0 takes any free one."),
  PUBLIC_URL: publicUrl
    .optional()
    .describe("Where people and platforms reach this server. Default: http://localhost:PORT"),
  DATA_DIR: z
    .string()
    .min(1)
    .default(".data")
    .describe("Folder for everything kept outside the database: pictures, development keys, the embedded Postgres."),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "must start with postgresql://" })
    .optional()
    .describe("A Postgres 15 or newer. Without it an embedded Postgres 18 runs in DATA_DIR (not in production)."),
  DATABASE_POOL: wholeNumber(2, 200).default(10).describe("Most database connections of one process."),
  LOG_LEVEL: oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent")
    .default("info")
    .describe("fatal | error | warn | info | debug | trace | silent"),
  LOG_PRETTY: flag.optional().describe("Readable lines instead of JSON. Default: true in development."),
  EXPLORER: oneOf("off", "operators", "public")
    .optional()
    .describe(
      "Who may use /graphiql and introspection. off | operators | public. Default: public in development, operators in production.",
    ),
  CORS_ORIGINS: origins.default([]).describe("Origins of browser pages that may call the API, separated by commas."),
  TRUST_PROXY: proxyCount
    .default(0)
    .describe("How many reverse proxies of yours stand in front and append to X-Forwarded-For; `true` means 1."),
  JWT_KEYS: keyRing
    .optional()
    .describe(
      "Seeds of the Ed25519 keys that sign access tokens: `id:base64` of 32 bytes, newest first. Made in DATA_DIR in development.",
    ),
  MEDIA_KEYS: keyRing
    .optional()
    .describe("Keys that sign media URLs: `id:base64` of 32 bytes, newest first. Made in DATA_DIR in development."),
  SECRET_KEYS: keyRing
    .optional()
    .describe(
      "Keys that seal stored secrets (tokens of social accounts, webhook secrets): `id:base64` of 32 bytes, newest first. Made in DATA_DIR in development.",
    ),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be a bucket's name, such as atelier-media")
    .optional()
    .describe("Bucket of an S3-compatible storage for pictures. Without it they are kept in DATA_DIR."),
  S3_ENDPOINT: publicUrl.optional().describe("Where the S3 server answers. Default: Amazon's own, by region."),
  S3_PUBLIC_ENDPOINT: publicUrl
    .optional()
    .describe("Where browsers and platforms reach the same S3 server. Default: S3_ENDPOINT"),
  S3_REGION: z.string().min(1).default("us-east-1").describe("The bucket's region."),
  S3_PATH_STYLE: flag
    .optional()
    .describe("Whether the bucket stands in the path instead of the host. Default: true with an S3_ENDPOINT."),
  S3_ACCESS_KEY_ID: z.string().min(1).optional().describe("Key id for S3. Default: what the machine's role provides."),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional().describe("The secret to S3_ACCESS_KEY_ID."),
  S3_PRESIGNED_READS: flag
    .default(true)
    .describe(
      "Whether picture addresses lead on to the bucket by short-lived signed URLs instead of through this server.",
    ),
  WORKER_CONCURRENCY: wholeNumber(1, 100)
    .default(4)
    .describe("Jobs that one worker process runs at once, beside the posts that it sends."),
  PUBLISH_CONCURRENCY: wholeNumber(1, 100)
    .default(4)
    .describe(
      "Accounts that one worker process publishes to at once. A platform that hangs holds one of these places for each.",
    ),
  MAX_WAITING_IMAGES: wholeNumber(10, 100_000)
    .default(500)
    .describe("Pictures that one workspace may have waiting to be made."),
  PASSWORD_HASHES: wholeNumber(1, 64)
    .default(2)
    .describe("Passwords that one process hashes at once; 100 may wait, the rest is answered 503."),
  LOGIN_TRIES_PER_ACCOUNT: rateBudget
    .prefault("10/15")
    .describe(
      "Wrong passwords for one account from one network (IPv4 /24, IPv6 /48): tries/minutes. A right one gives them back.",
    ),
  LOGIN_TRIES_PER_ADDRESS: rateBudget
    .prefault("100/15")
    .describe("Passwords and mailed links tried from one address, right or wrong: tries/minutes."),
  REGISTRATIONS_PER_ADDRESS: rateBudget.prefault("20/60").describe("Accounts made from one address: tries/minutes."),
  MAILS_PER_ACCOUNT: rateBudget.prefault("5/60").describe("Mails that one account can be made to get: tries/minutes."),
  MAILS_PER_ADDRESS: rateBudget.prefault("20/60").describe("Mails that one address can ask for: tries/minutes."),
  OUTBOUND_ALLOWED_NETWORKS: networks
    .default([])
    .describe("Private networks (CIDR) that outbound requests may reach all the same, such as a local image server."),
  OUTBOUND_ALLOW_HTTP: flag.default(false).describe("Whether outbound requests may use http:// as well as https://."),
  ERASURE_GRACE_DAYS: wholeNumber(0, 90)
    .default(14)
    .describe("Days after which an account is erased whose owner asked for it; until then they may keep it."),
  PUBLISH_GRACE_MINUTES: wholeNumber(1, 10_080)
    .default(60)
    .describe("A post that is later than this is not sent by itself: it becomes MISSED and asks."),
  RESEND_AFTER_LISTED_ABSENCE: namesAmong(platforms)
    .default([])
    .describe(
      "Platforms, by name, whose interrupted posts are sent again after their lists twice did not show them. A list is no proof: this may post twice.",
    ),
  SMTP_URL: smtpUrl
    .optional()
    .describe(
      "Where mail is sent: smtp://user:password@host:587 or smtps://. Without it: .eml files in DATA_DIR/mail.",
    ),
  MAIL_FROM: mailbox.optional().describe("Sender of mail: `Atelier <atelier@example.org>`. Needed with SMTP_URL."),
  MAX_BODY_BYTES: wholeNumber(1_024, 10_485_760).default(131_072).describe("Largest GraphQL request body."),
  MAX_DOCUMENT_TOKENS: wholeNumber(100, 100_000).default(1_500).describe("Most tokens of a GraphQL document."),
  MAX_DOCUMENT_DEPTH: wholeNumber(3, 100).default(12).describe("Deepest nesting of a GraphQL operation."),
  MAX_ALIASES: wholeNumber(1, 10_000).default(30).describe("Most aliases of a GraphQL operation."),
  MAX_COST: wholeNumber(100, 10_000_000)
    .default(10_000)
    .describe("Most expensive GraphQL operation: one a field, multiplied along lists."),
  MAX_UPLOAD_BYTES: wholeNumber(1_024, 104_857_600).default(20_971_520).describe("Largest uploaded file."),
  MAX_SOCKETS_PER_USER: wholeNumber(1, 1_000)
    .default(5)
    .describe("Most websockets and event streams of one user on one process."),
  MAX_OPERATIONS_PER_SOCKET: wholeNumber(1, 1_000).default(50).describe("Most running operations on one websocket."),
  MAX_SOCKET_MESSAGE_BYTES: wholeNumber(1_024, 10_485_760).default(16_384).describe("Largest message on a websocket."),
  SOCKET_MESSAGES_PER_SECOND: wholeNumber(1, 10_000)
    .default(20)
    .describe("Most messages a second from one websocket, counted over five seconds; it is closed beyond."),
  SOCKET_INIT_SECONDS: wholeNumber(1, 60).default(3).describe("Seconds that a new websocket has to sign in."),
  SOCKET_PING_SECONDS: wholeNumber(1, 600)
    .default(12)
    .describe("Seconds between pings on a websocket; one that is not answered in as many cuts it off."),
  METRIC_RETENTION_MONTHS: wholeNumber(2, 240)
    .default(13)
    .describe("Months that each reading of a post's numbers is kept; charts by day outlive it."),
  CRASH_POINT: z
    .string()
    .optional()
    .describe("For tests alone: the named point at which this process stops and waits to be killed."),
} as const;
