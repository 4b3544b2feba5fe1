import { randomBytes } from "node:crypto";
import path from "node:path";
import t from "tap";
import { ConfigError, readConfig, variables } from "../src/config.ts";

const key = (id: string, secret: Buffer = randomBytes(32)) => `${id}:${secret.toString("base64")}`;
const production = {
  NODE_ENV: "production",
  DATABASE_URL: "postgresql://atelier:hunter2@db/atelier",
  PUBLIC_URL: "https://atelier.example.org/",
  JWT_KEYS: key("a"),
  MEDIA_KEYS: key("b"),
  SECRET_KEYS: key("c"),
};

/** The faults of an environment, one a line. */
function faults(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n  - ").slice(1);
    throw error;
  }
  return [];
}

t.test("an empty environment is a development machine", async (t) => {
  const config = readConfig({});
  t.match(config, {
    ...{ NODE_ENV: "development", HOST: "127.0.0.1", PORT: 4000, PUBLIC_URL: "http://localhost:4000" },
    ...{ EXPLORER: "public", LOG_PRETTY: true, CORS_ORIGINS: [], TRUST_PROXY: 0 },
    ...{ MAX_BODY_BYTES: 131_072, MAX_DOCUMENT_DEPTH: 12, MAX_COST: 10_000, MAX_SOCKETS_PER_USER: 5 },
  });
  t.equal(config.DATABASE_URL, undefined, "with an embedded database");
  t.equal(config.DATA_DIR, path.resolve(".data"));
  t.same(readConfig({ PORT: "", DATABASE_URL: "" }), config, "an empty variable is none");
});

t.test("the operator names platforms of this server, and no others", async (t) => {
  t.same(readConfig({}).RESEND_AFTER_LISTED_ABSENCE, [], "a list is no proof unless somebody says so");
  t.same(readConfig({ RESEND_AFTER_LISTED_ABSENCE: "showcase" }).RESEND_AFTER_LISTED_ABSENCE, ["showcase"]);
  const [fault = ""] = faults({ RESEND_AFTER_LISTED_ABSENCE: "showcase,myspace" });
  t.match(fault, /RESEND_AFTER_LISTED_ABSENCE.*must be among .*showcase.*not "myspace"/);
});

t.test("production is closed unless it is opened", async (t) => {
  const config = readConfig(production);
  t.match(config, { EXPLORER: "operators", LOG_PRETTY: false, PUBLIC_URL: "https://atelier.example.org" });
  t.same(
    config.JWT_KEYS?.map(({ id, secret }) => [id, secret.length]),
    [["a", 32]],
  );
  t.equal(readConfig({ ...production, EXPLORER: "public" }).EXPLORER, "public");
});

t.test("production refuses to start without what only its operator can give", async (t) => {
  t.same(faults({ NODE_ENV: "production" }), [
    "DATABASE_URL is required in production",
    "PUBLIC_URL is required in production",
    "JWT_KEYS is required in production",
    "MEDIA_KEYS is required in production",
    "SECRET_KEYS is required in production",
  ]);
  const renamed = `${production.MEDIA_KEYS},old:${production.JWT_KEYS.split(":")[1]}`;
  t.same(faults({ ...production, MEDIA_KEYS: renamed }), [
    "MEDIA_KEYS are the JWT_KEYS: each purpose needs keys of its own",
  ]);
  t.same(faults({ ...production, MEDIA_KEYS: production.JWT_KEYS }), [
    "MEDIA_KEYS are the JWT_KEYS: each purpose needs keys of its own",
  ]);
});

t.test("every fault is told at once, with what was found and what is allowed", async (t) => {
  t.same(
    faults({
      ...{ NODE_ENV: "production", PORT: "70000", EXPLORER: "yes", LOG_LEVEL: "loud", TRUST_PROXY: "nginx" },
      ...{
        MAX_COST: "many",
        MAX_DOCUMENT_DEPTH: "1.5",
        PUBLIC_URL: "ftp://x",
        DATABASE_URL: "mysql://root:hunter2@db",
      },
      ...{ CORS_ORIGINS: "https://app.example.org/", OUTBOUND_ALLOWED_NETWORKS: "10.0.0.0/8,home", CRASH_POINT: "x" },
    }).sort(),
    [
      'CORS_ORIGINS is "https://app.example.org/": it must be origins such as https://app.example.org (no path, no trailing slash), separated by commas',
      "CRASH_POINT is for tests: set NODE_ENV=test or remove it",
      "DATABASE_URL must start with postgresql://",
      'EXPLORER is "yes": it must be one of off, operators, public',
      "JWT_KEYS is required in production",
      'LOG_LEVEL is "loud": it must be one of fatal, error, warn, info, debug, trace, silent',
      'MAX_COST is "many": it must be a whole number from 100 to 10000000',
      'MAX_DOCUMENT_DEPTH is "1.5": it must be a whole number from 3 to 100',
      "MEDIA_KEYS is required in production",
      'OUTBOUND_ALLOWED_NETWORKS is "10.0.0.0/8,home": it must be networks, separated by commas: "home" is not a network. Write an address and a prefix length, such as 192.168.0.0/16 or fd00::/8.',
      'PORT is "70000": it must be a whole number from 0 to 65535',
      'PUBLIC_URL is "ftp://x": it must be a URL that starts with http:// or https://',
      "SECRET_KEYS is required in production",
      'TRUST_PROXY is "nginx": it must be a whole number from 0 to 10',
    ],
  );
});

t.test("keys must be keys, and are never shown", async (t) => {
  const weak = Buffer.from("changeme".repeat(4));
  for (const [what, value, fault] of [
    ["none at all", ",", /must be `id:base64` with at least 32 bytes each/],
    ["no id", randomBytes(32).toString("base64"), /must be `id:base64`/],
    ["too short", key("a", randomBytes(31)), /must be `id:base64`/],
    ["an id with a space", key("a b"), /must be `id:base64`/],
    ["one that can be guessed", key("a", weak), /has a secret that can be guessed/],
    ["zeros", key("a", Buffer.alloc(32)), /has a secret that can be guessed/],
    ["one good, one bad", `${key("a")},b:short`, /must be `id:base64`/],
    ["an id twice", `${key("a")},${key("a")}`, /uses an id twice/],
  ] as const) {
    const found = faults({ ...production, JWT_KEYS: value });
    t.match(found, [fault], what);
    t.equal(found.length, 1);
    if (value.length > 1) t.notOk(found.join().includes(value.split(":")[1] ?? value), "and keeps it to itself");
  }
  t.same(faults({ ...production, JWT_KEYS: `${key("new")}, ${key("old")}` }), []);
});

t.test("where mail is sent is a secret, and needs a sender", async (t) => {
  const MAIL_FROM = "Atelier <atelier@example.org>";
  t.same(faults({ SMTP_URL: "smtp://me:hunter2@mail.example.org:587", MAIL_FROM }), []);
  t.match(faults({ SMTP_URL: "smtps://mail.example.org" }), [/^MAIL_FROM is required with SMTP_URL/]);
  for (const SMTP_URL of ["https://me:hunter2@mail.example.org", "hunter2", "smtp://mail.example.org?pass=hunter2"]) {
    const found = faults({ SMTP_URL, MAIL_FROM });
    t.match(found, [/^SMTP_URL must /]);
    t.notMatch(found.join(), /hunter2/);
  }
  for (const from of ["nobody", "a@x.org, b@x.org", "Atelier <a@x.org>\r\nBcc: b@x.org", "<a@x.org"]) {
    t.match(faults({ MAIL_FROM: from }), [/^MAIL_FROM .*must be an address/s], from);
  }
  t.equal(readConfig({}).MAIL_FROM, "Atelier <atelier@localhost>");
});

t.test("an address for people has nothing behind its path", async (t) => {
  for (const url of ["https://x.org?a=b", "https://x.org#a", "https://me:secret@x.org"]) {
    t.match(faults({ PUBLIC_URL: url }), [/must have no query, fragment or password/], url);
    t.notMatch(faults({ PUBLIC_URL: url }).join(), /me:secret/);
  }
  t.equal(readConfig({ PUBLIC_URL: "https://x.org/atelier/" }).PUBLIC_URL, "https://x.org/atelier");
  t.equal(readConfig({ PORT: "5000" }).PUBLIC_URL, "http://localhost:5000");
});

t.test("every variable is described, for .env.example", async (t) => {
  t.ok(Object.keys(variables).length > 20);
  t.same(
    Object.entries(variables).flatMap(([name, { description }]) => (description ? [] : [name])),
    [],
  );
});

t.test("a bucket comes with everything it needs, or with none of it", async (t) => {
  const s3 = { S3_BUCKET: "media", S3_ENDPOINT: "http://127.0.0.1:9000" };
  t.match(readConfig(s3), { ...s3, S3_REGION: "us-east-1", S3_PRESIGNED_READS: true });
  t.same(faults({ ...s3, S3_ACCESS_KEY_ID: "AKIA1" }), [
    "S3_SECRET_ACCESS_KEY is missing: key id and secret go together",
  ]);
  t.same(faults({ S3_ENDPOINT: "http://127.0.0.1:9000" }), [
    "S3_BUCKET is missing: S3_ENDPOINT without it would do nothing",
  ]);
  t.match(faults({ S3_BUCKET: "Not A Bucket" }), [/S3_BUCKET is "Not A Bucket": it must be a bucket's name/]);
});
