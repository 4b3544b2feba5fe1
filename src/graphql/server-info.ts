import type { Config } from "../config.ts";
import type { RateBudget } from "../infra/rate-limit.ts";
import { builder } from "./builder.ts";

/** How much larger than its cost, which is an estimate, an answer may become: lists may hold more than they usually do. */
const answersPerCost = 5;

/** The limits of operations that a configuration asks for. */
export const operationLimits = (config: Config) => ({
  characters: 15_000,
  tokens: config.MAX_DOCUMENT_TOKENS,
  depth: config.MAX_DOCUMENT_DEPTH,
  aliases: config.MAX_ALIASES,
  directives: 50,
  cost: config.MAX_COST,
  answerFields: config.MAX_COST * answersPerCost,
});

const TryLimit = builder.objectRef<RateBudget>("TryLimit").implement({
  description: "How often something may be tried, counted over all processes. What is used up refills evenly.",
  fields: (t) => ({
    tries: t.exposeInt("burst", { description: "Tries at once, and as many again over each `seconds`." }),
    seconds: t.int({
      description: "Seconds until an empty budget is whole again.",
      resolve: ({ period }) => period / 1_000,
    }),
  }),
});

const ServerLimits = builder.objectRef<Config>("ServerLimits").implement({
  description:
    "How large a request may be (larger ones are answered LIMIT_EXCEEDED), and how often things may be tried.",
  fields: (t) => ({
    bodyBytes: t.exposeInt("MAX_BODY_BYTES", { description: "Bytes of an HTTP request body." }),
    uploadBytes: t.exposeInt("MAX_UPLOAD_BYTES", { description: "Bytes of one uploaded file." }),
    waitingImages: t.exposeInt("MAX_WAITING_IMAGES", {
      description: "Pictures that one workspace may have waiting to be made; more are answered IMAGE_QUEUE_FULL.",
    }),
    characters: t.int({
      description: "Characters of a document.",
      resolve: (config) => operationLimits(config).characters,
    }),
    tokens: t.exposeInt("MAX_DOCUMENT_TOKENS", { description: "Tokens of a document." }),
    depth: t.exposeInt("MAX_DOCUMENT_DEPTH", { description: "Nesting of an operation." }),
    aliases: t.exposeInt("MAX_ALIASES", { description: "Aliases of an operation." }),
    cost: t.exposeInt("MAX_COST", {
      description:
        "Cost of an operation: one a field, multiplied along lists by `first`, or by how long they usually are. Estimated before anything is read.",
    }),
    answerFields: t.int({
      description: "Fields of an answer, counted as its lists are read: they may turn out longer than usual.",
      resolve: (config) => operationLimits(config).answerFields,
    }),
    socketsPerUser: t.exposeInt("MAX_SOCKETS_PER_USER", {
      description: "Websockets and event streams of one user.",
    }),
    operationsPerSocket: t.exposeInt("MAX_OPERATIONS_PER_SOCKET", {
      description: "Running operations on one websocket.",
    }),
    socketMessageBytes: t.exposeInt("MAX_SOCKET_MESSAGE_BYTES", {
      description: "Bytes of one message on a websocket; it is closed with 1009 beyond.",
    }),
    socketMessagesPerSecond: t.exposeInt("SOCKET_MESSAGES_PER_SECOND", {
      description: "Messages a second from one websocket, counted over five seconds; it is closed with 4429 beyond.",
    }),
    socketInitSeconds: t.exposeInt("SOCKET_INIT_SECONDS", {
      description: "Seconds that a new websocket has for `connection_init`; it is closed with 4408 then.",
    }),
    loginTriesPerAccount: t.expose("LOGIN_TRIES_PER_ACCOUNT", {
      type: TryLimit,
      description: "Wrong passwords for one account from one network.",
    }),
    loginTriesPerAddress: t.expose("LOGIN_TRIES_PER_ADDRESS", {
      type: TryLimit,
      description: "Passwords and mailed links tried from one address.",
    }),
    registrationsPerAddress: t.expose("REGISTRATIONS_PER_ADDRESS", {
      type: TryLimit,
      description: "Accounts made from one address.",
    }),
    mailsPerAccount: t.expose("MAILS_PER_ACCOUNT", {
      type: TryLimit,
      description: "Mails that one account can be made to get.",
    }),
    mailsPerAddress: t.expose("MAILS_PER_ADDRESS", {
      type: TryLimit,
      description: "Mails that one address can ask for.",
    }),
  }),
});

const ServerInfo = builder.objectRef<Config>("ServerInfo").implement({
  description: "What this server is and allows.",
  fields: (t) => ({
    publicUrl: t.exposeString("PUBLIC_URL", { description: "Where it is reached." }),
    limits: t.field({ type: ServerLimits, description: "How large a request may be.", resolve: (config) => config }),
  }),
});

builder.queryField("serverInfo", (t) =>
  t.field({
    type: ServerInfo,
    description: "What this server is and allows; needs no sign-in.",
    resolve: (_root, _args, { services }) => services.config,
  }),
);
