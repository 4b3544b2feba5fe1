import { readFile } from "node:fs/promises";
import path from "node:path";
import { diffMigrations } from "../src/infra/migrate.ts";
import { checkImports } from "./check-imports.ts";
import { checkMarkers } from "./check-markers.ts";
import { checkPackages } from "./check-packages.ts";
import { root, runTool } from "./run-tool.ts";
import { withScratchPostgres } from "./scratch-postgres.ts";

/** One thing that is checked. */
export interface CheckStep {
  /** For the command line. */
  readonly name: string;
  readonly title: string;
  /** What to do when it fails. */
  readonly remedy: string;
  /** Resolves with a note worth a glance, or rejects with what was found. */
  readonly run: () => Promise<string>;
}

/** The linter's parameters, shared with `npm run fix`. */
export const lintParameters = ["--config=scripts/oxlint.jsonc", "--type-aware", "--ignore-pattern=src/generated"];

/** All checks, the slow ones first. */
export const checkSteps: readonly CheckStep[] = [
  {
    name: "types",
    title: "TypeScript accepts server, scripts, tests and the explorer's page",
    remedy: "Correct the types; casts, `any` and `@ts-ignore` do not pass the lint.",
    run: () =>
      allOf([
        passes("typescript", ["-p", "tsconfig.json"], "tsc"),
        passes("typescript", ["-p", "src/explorer/page/tsconfig.json"], "tsc"),
      ]),
  },
  {
    name: "migrations",
    title: "the migrations lead to prisma/schema.prisma",
    remedy: "Run `npm run db:migration -- <name>` and commit what it writes.",
    run: async () => {
      const sql = await withScratchPostgres(diffMigrations);
      if (sql !== "") throw new Error(`Missing from prisma/migrations:\n${sql}`);
      return "";
    },
  },
  {
    name: "lint",
    title: "no known mistakes (scripts/oxlint.jsonc)",
    remedy: "`npm run fix` corrects some of them; the rest says what it wants.",
    run: () =>
      allOf([checkMarkers(), passes("oxlint", [...lintParameters, "--format=stylish", "src", "scripts", "test"])]),
  },
  {
    name: "unused",
    title: "no unused files, exports or packages (scripts/knip.jsonc)",
    remedy: "Remove it, or drop the `export` of what only its own file uses.",
    run: () => passes("knip", ["--config=scripts/knip.jsonc", "--no-progress", "--no-config-hints"]),
  },
  {
    name: "imports",
    title: "imports run downhill (scripts/import-rules.ts)",
    remedy: "Move the shared code down, or hand it over as a parameter.",
    run: checkImports,
  },
  {
    name: "schema",
    title: "schema.graphql is what the code serves",
    remedy: "Run `npm run schema`, and read the difference as a client would.",
    run: async () => {
      const { schemaFile, schemaText } = await import("./print-schema.ts");
      return isFresh(schemaFile, schemaText());
    },
  },
  {
    name: "environment",
    title: ".env.example lists every variable",
    remedy: "Run `npm run fix`.",
    run: async () => {
      const { environmentFile, environmentText } = await import("./print-environment.ts");
      return isFresh(environmentFile, environmentText());
    },
  },
  {
    name: "format",
    title: "files are formatted and their imports sorted (biome.json)",
    remedy: "Run `npm run fix`.",
    run: () => passes("@biomejs/biome", ["check"]),
  },
  {
    name: "packages",
    title: "the lockfile is bound to no registry, and no new install script runs",
    remedy: "Correct package.json or package-lock.json as the message says.",
    run: checkPackages,
  },
];

/** Waits for all of them, and rejects with what all of them found. */
async function allOf(parts: readonly Promise<unknown>[]): Promise<string> {
  const ends = await Promise.allSettled(parts);
  const found = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (found.length > 0)
    throw new Error(found.map((reason) => (reason instanceof Error ? reason.message : String(reason))).join("\n"));
  return "";
}

/** Runs a tool that says nothing worth reading when all is well. */
async function passes(name: string, parameters: readonly string[], command?: string): Promise<string> {
  const { code, said } = await runTool(name, parameters, command);
  if (code !== 0) throw new Error(said.trim() === "" ? `${name} ended with ${code} and said nothing.` : said);
  return "";
}

async function isFresh(file: string, wanted: string): Promise<string> {
  const lines = (await readFile(file, "utf8")).split("\n");
  const name = path.relative(root, file);
  const wantedLines = wanted.split("\n");
  const at = Math.max(wantedLines.length, lines.length);
  for (let index = 0; index < at; index += 1) {
    if (lines[index] === wantedLines[index]) continue;
    throw new Error(
      `${name}:${index + 1} differs.\n  there:  ${lines[index] ?? "(the end)"}\n  wanted: ${wantedLines[index] ?? "(the end)"}`,
    );
  }
  return "";
}
