import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { getOperationAST, parse } from "graphql";
import t from "tap";
import { loadOperations } from "../../src/explorer/load-operations.ts";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { type Atelier, next, openAtelier, type Person } from "../support/atelier.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** One step of a tour: a document as it is printed, and its variables as they are printed. */
interface TourStep {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Walks a tour as a reader would: runs each step, and puts the ids of earlier answers where the text says so. */
async function walk(atelier: Atelier, steps: readonly TourStep[]): Promise<string[]> {
  const ids = new Map<string, string>();
  const fill = (text: string) => [...ids].reduce((filled, [name, id]) => filled.replaceAll(name, id), text);
  const types: string[] = [];
  let reader: Person = atelier.nobody;
  for (const step of steps) {
    const query = fill(step.query);
    const variables: Record<string, unknown> = JSON.parse(fill(JSON.stringify(step.variables)));
    if (getOperationAST(parse(query))?.operation === "subscription") {
      const event = await next(atelier.socket(reader).iterate({ query, variables }));
      types.push(event.errors === undefined ? "event" : JSON.stringify(event.errors));
      await atelier.drain();
      continue;
    }
    const { data, errors } = await reader.request(query, variables);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const [field = "", answer] = Object.entries<Record<string, unknown> | undefined>(data)[0] ?? [];
    types.push(`${field}${answer?.["message"] === undefined ? "" : `: ${String(answer["message"])}`}`);
    const text = JSON.stringify(answer);
    for (const [, id = ""] of text.matchAll(/"id":"([\w-]+)"/g)) {
      const { typename } = decodeGlobalId(id);
      if (typename === "Image") ids.set("IMAGE_ID", id);
      if (typename === "SocialAccount") ids.set("SOCIAL_ACCOUNT_ID", id);
    }
    const token = /"accessToken":"([\w.-]+)"/.exec(text)?.[1];
    if (token !== undefined) reader = atelier.personWith(token);
    // The worker's part. A picture is left unfinished for one step, so that the subscription has something to show.
    if (field !== "generateImages" && field !== "createPost") await atelier.drain();
  }
  return types;
}

t.test("the explorer's tabs, one after the other, lead from an account to a published post", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const operations = await loadOperations(`${root}src/explorer/operations/`);
  const steps = operations.map(({ query, variables }) => ({ query, variables: variables ?? {} }));
  t.same(await walk(atelier, steps), [
    ...["register", "generateImages", "event", "images", "reviewImages"],
    ...["connectSocialAccount", "createPost", "event", "posts"],
  ]);
});

t.test("the README's tour works when pasted", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const readme = await readFile(`${root}README.md`, "utf8");
  const steps = [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, query = ""]) => ({ query, variables: {} }));
  t.same(await walk(atelier, steps), [
    "register",
    "generateImages",
    "event",
    "reviewImages",
    "connectSocialAccount",
    "createPost",
    "posts",
  ]);
});
