/**
 * Who may import whom under `src/`. Imports run downhill from floor to floor, slices use each other along one table, and
 * nothing runs in a circle. See src/README.md for what the parts are.
 */
import type { IForbiddenRuleType } from "dependency-cruiser";

/** From the ground up; parts of one floor may use each other where no other rule says no. */
const floors: readonly (readonly string[])[] = [
  ["infra"],
  ["image-providers", "platforms"],
  ["config.ts", "variables.ts"],
  ["services.ts"],
  ["graphql"],
  [
    ...["auth", "workspaces", "images", "social-accounts"],
    ...["posts", "posting-schedules", "publishing", "analytics", "notifications"],
  ],
  [
    ...["http", "explorer", "schema.ts", "server.ts", "worker.ts", "work-list.ts"],
    ...["storage-check.ts", "reseal-secrets.ts", "doctor"],
  ],
  ["main.ts"],
];

/** Each slice, and the slices that it may use. */
const slices: Readonly<Record<string, readonly string[]>> = {
  auth: [],
  workspaces: ["auth"],
  images: ["workspaces"],
  "social-accounts": ["workspaces"],
  // `requireMember` guards every verb on a workspace's rows, so posts need workspaces as well.
  posts: ["workspaces", "images", "social-accounts"],
  publishing: ["workspaces", "posts", "social-accounts", "images"],
  // Numbers are of posts, and read with the access of their accounts; provenance reads pictures by SQL alone.
  analytics: ["workspaces", "posts", "social-accounts"],
  "posting-schedules": ["workspaces", "posts", "images", "social-accounts"],
  notifications: ["workspaces"],
};

const part = (name: string) => (name.endsWith(".ts") ? `${name.replace(".", "\\.")}$` : `${name}/`);
const anyOf = (names: readonly string[]) => `^src/(${names.map(part).join("|")})`;

const uphill = floors.slice(0, -1).map(
  (floor, index): IForbiddenRuleType => ({
    name: `uphill from ${floor.join(", ")}`,
    comment: "Imports run downhill: move the shared code down, or hand it over as a parameter.",
    severity: "error",
    from: { path: anyOf(floor) },
    to: { path: anyOf(floors.slice(index + 1).flat()) },
  }),
);

const besideTable = Object.entries(slices).map(
  ([slice, allowed]): IForbiddenRuleType => ({
    name: `${slice} uses another slice`,
    comment: `${slice} may use ${allowed.length === 0 ? "no other slice" : allowed.join(", ")}: see scripts/import-rules.ts.`,
    severity: "error",
    from: { path: anyOf([slice]) },
    to: { path: anyOf(Object.keys(slices).filter((other) => other !== slice && !allowed.includes(other))) },
  }),
);

/** The rules, for dependency-cruiser. Tests may import anything, so they appear only as what `src` may not import. */
export const importRules: IForbiddenRuleType[] = [
  ...uphill,
  ...besideTable,
  {
    name: "image providers and platforms apart",
    comment: "What both need belongs in infra.",
    severity: "error",
    from: { path: "^src/(image-providers|platforms)/" },
    to: { path: "^src/(image-providers|platforms)/", pathNot: "^src/$1/" },
  },
  {
    name: "GraphQL of another slice",
    comment:
      "Extend another slice's types from your own side (`prismaObjectField`); no slice's GraphQL imports another's.",
    severity: "error",
    from: { path: "^src/([^/]+)/graphql(/|\\.ts$)" },
    to: { path: "^src/[^/]+/graphql(/|\\.ts$)", pathNot: "^src/$1/" },
  },
  {
    name: "page and server apart",
    comment: "The explorer's page runs in a browser and is bundled by itself.",
    severity: "error",
    from: { path: "^src/explorer/page/" },
    to: { path: "^src/", pathNot: "^src/explorer/page/" },
  },
  {
    name: "server and page apart",
    comment: "The explorer's page runs in a browser and is bundled by itself.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/explorer/page/" },
    to: { path: "^src/explorer/page/" },
  },
  {
    name: "out of src",
    comment: "The product needs neither scripts nor tests.",
    severity: "error",
    from: { path: "^src/" },
    to: { path: "^(scripts|test)/" },
  },
  {
    name: "circle",
    comment: "Two files that need each other are one file, or want a third one below them. Types count.",
    severity: "error",
    from: { path: "^(src|scripts|test)/", pathNot: "^src/generated/" },
    to: { circular: true },
  },
  {
    name: "not found",
    comment: "The file or package is not there.",
    severity: "error",
    from: { path: "^(src|scripts|test)/", pathNot: "^src/(generated|explorer/page)/" },
    to: { couldNotResolve: true },
  },
];
