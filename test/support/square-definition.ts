/**
 * Two social networks that exist in tests alone, put into the registry before the schema is made of it: import this first.
 * Square's access lives for two hours and is renewed by tokens that count once; Plaza's lives for sixty days and is not renewed.
 */
import type { ConnectionMethod } from "../../src/platforms/connection.ts";
import type { PlatformDefinition } from "../../src/platforms/platform.ts";
import { connectionMethods, type PlatformMethod, platforms } from "../../src/platforms/registry.ts";
import { showcase } from "../../src/platforms/showcase/platform.ts";

const minute = 60_000;

const methods: readonly ConnectionMethod[] = [
  {
    name: "squareLogin",
    label: "Square",
    description: "Signing in.",
    kind: "REDIRECT",
    server: false,
    scopes: ["post"],
  },
  {
    name: "squareServer",
    label: "Square",
    description: "On a server.",
    kind: "REDIRECT",
    server: true,
    scopes: ["post"],
  },
];

/** Square as data. */
const square: PlatformDefinition = {
  ...showcase,
  ...{ name: "square", label: "Square", description: "A network of tests.", methods },
  refresh: { ahead: 30 * minute, notBefore: 0 },
  open: () => null,
};

/** Plaza as data. */
const plaza: PlatformDefinition = {
  ...showcase,
  ...{ name: "plaza", label: "Plaza", description: "Another network of tests.", refresh: null },
  methods: [
    {
      ...{ name: "plazaToken", label: "Plaza", description: "With a token.", kind: "FORM" },
      fields: [
        { name: "handle", description: "Who.", required: true },
        { name: "token", description: "The token.", required: true, secret: true },
      ],
    },
  ],
  open: () => null,
};

for (const definition of [square, plaza]) {
  (platforms as PlatformDefinition[]).push(definition);
  for (const method of definition.methods) {
    (connectionMethods as PlatformMethod[]).push({ platform: definition, method });
  }
}
