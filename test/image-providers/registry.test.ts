import t from "tap";
import { ConfigError, readConfig } from "../../src/config.ts";
import { imageProviders } from "../../src/image-providers/registry.ts";
import { createTestClock } from "../support/clock.ts";

/** Names of the providers that these variables open, the default first. */
function opened(environment: Record<string, string>): string[] {
  const { values } = readConfig({ NODE_ENV: "test", ...environment });
  return imageProviders.flatMap((each) => each.open({ values, clock: createTestClock() })?.name ?? []);
}

/** What is wrong with these variables, as text; empty when nothing is. */
function faults(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

t.test(
  "Blackbox AI is the default where it is configured, then OpenAI; Sketch is always there, and last",
  async (t) => {
    const [first, second, last] = [imageProviders[0]?.name, imageProviders[1]?.name, imageProviders.at(-1)?.name];
    t.same([first, second, last], ["blackbox", "openai", "sketch"]);
    t.same(opened({}), ["sketch"]);
    t.same(opened({ OPENAI_API_KEY: "sk-a" }), ["openai", "sketch"]);
    t.same(opened({ OPENAI_API_KEY: "sk-a", BLACKBOX_API_KEY: "sk-b" }), ["blackbox", "openai", "sketch"]);
  },
);

t.test("no two providers share a variable, and each variable begins with its provider's name", async (t) => {
  for (const { name, variables } of imageProviders) {
    for (const variable of Object.keys(variables)) t.ok(variable.startsWith(`${name.toUpperCase()}_`), variable);
  }
});

t.test("a setting that cannot be used is named and never shown", async (t) => {
  const secret = "sk-very secret";
  for (const [name, value, fault] of [
    ["BLACKBOX_API_KEY", secret, /BLACKBOX_API_KEY must be one word of printable ASCII/],
    ["OPENAI_API_KEY", `${secret}\r\nx-injected: 1`, /OPENAI_API_KEY must be one word/],
    ["BLACKBOX_URL", "https://me:hunter2@api.example", /BLACKBOX_URL must have no query, fragment or password/],
    ["OPENAI_URL", "ftp://hunter2.example", /OPENAI_URL must be a URL/],
    ["BLACKBOX_CHAT_PATH", "hunter2", /must be a path/],
    ["BLACKBOX_MODELS", ", ,", /must name at least one model/],
    ["BLACKBOX_CONCURRENCY", "hunter2", /must be a whole number from 1 to 100/],
    ["OPENAI_EXTRA_FIELDS", "hunter2", /must be names among seed, negative_prompt/],
    ["OPENAI_PARTIAL_IMAGES", "4", /must be a whole number from 0 to 3/],
    ["BLACKBOX_SEND_SEED", "hunter2", /must be "true" or "false"/],
  ] as const) {
    const told = faults({ [name]: value });
    t.match(told, fault);
    t.notMatch(told, /very secret|hunter2|injected/, name);
  }
});
