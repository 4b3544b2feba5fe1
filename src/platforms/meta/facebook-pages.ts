/** The Pages of a signed-in person: their own, and those of a business portfolio, which only show up there. */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import {
  type ConnectionFailure,
  connectionTrouble,
  type FacebookLogin,
  type FacebookUser,
  unreadable,
} from "./facebook-login.ts";

const pageShape = z.object({
  id: z.string(),
  name: z.string().catch(""),
  username: z.string().optional().catch(undefined),
  /** Missing where the person may see the Page but do nothing there. */
  access_token: z
    .string()
    .optional()
    .transform((text) => (text === undefined ? null : new Secret(text))),
  tasks: z.array(z.string()).catch([]),
  instagram_business_account: z
    .object({ id: z.string(), username: z.string().catch(""), name: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** A Page as Meta lists it. */
export type FacebookPage = z.output<typeof pageShape>;

const entry = z.object({ id: z.string() });
const listOf = <Shape extends z.ZodType>(shape: Shape) =>
  z.object({
    data: z.array(shape),
    paging: z
      .object({ next: z.string().optional(), cursors: z.object({ after: z.string().optional() }).optional() })
      .optional()
      .catch(undefined),
  });

const pageFields = "id,name,username,access_token,tasks,instagram_business_account{id,username,name}";

/** Lists end after this many pages of a hundred, whatever the platform says. */
const mostPages = 20;

/** Asks for all Pages, each once. */
export async function listPages(
  login: FacebookLogin,
  user: FacebookUser,
  signal: AbortSignal,
): Promise<readonly FacebookPage[] | ConnectionFailure> {
  const list = <Shape extends z.ZodType>(path: string, shape: Shape, fields: string) =>
    listAll(login, { path, shape, fields, token: user.token, signal });
  const own = await list("/me/accounts", pageShape, pageFields);
  if (!Array.isArray(own)) return own;
  const found: FacebookPage[] = [...own];
  if (user.granted.includes("business_management")) {
    const businesses = await list("/me/businesses", entry, "id");
    if (!Array.isArray(businesses)) return businesses;
    for (const { id } of businesses) {
      for (const edge of ["owned_pages", "client_pages"]) {
        const pages = await list(`/${id}/${edge}`, pageShape, pageFields);
        // A portfolio of which somebody is a mere member keeps its lists to itself: that takes no other Page away.
        if (Array.isArray(pages)) found.push(...pages);
        else if (pages.kind !== "refused") return pages;
      }
    }
  }
  return [...new Map(found.toReversed().map((page) => [page.id, page])).values()].toReversed();
}

interface Listing<Shape extends z.ZodType> {
  readonly path: string;
  readonly shape: Shape;
  readonly fields: string;
  readonly token: Secret;
  readonly signal: AbortSignal;
}

async function listAll<Shape extends z.ZodType>(
  { graph, words }: FacebookLogin,
  { path, shape, fields, token, signal }: Listing<Shape>,
): Promise<z.output<Shape>[] | ConnectionFailure> {
  const found: z.output<Shape>[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { fields, limit: "100", ...(after !== undefined && { after }) };
    const answer = await graph.get({ path, fields: query, token, account: "", signal });
    if (answer.kind !== "answered") return connectionTrouble(words, answer);
    const read = listOf(shape).safeParse(answer.json).data;
    if (read === undefined) return unreadable(words.label);
    found.push(...read.data);
    // Its `next` is an address with the token in it. The cursor says the same.
    after = read.paging?.next === undefined ? undefined : read.paging.cursors?.after;
    if (after === undefined) break;
  }
  return found;
}
