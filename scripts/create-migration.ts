import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { diffMigrations } from "../src/infra/migrate.ts";
import { createProgress } from "./progress.mjs";
import { withScratchPostgres } from "./scratch-postgres.ts";

const folder = fileURLToPath(new URL("../prisma/migrations/", import.meta.url));

/** `npm run db:migration -- <name>`: writes the SQL that leads from the migrations to `schema.prisma` into a new folder. */
export async function createMigration([name = ""]: string[]): Promise<number> {
  const progress = createProgress();
  if (!/^[a-z][a-z0-9_]{2,50}$/.test(name)) {
    progress.say(
      `Give the migration a name of lower-case letters, digits and underscores: npm run db:migration -- add_styles (got "${name}").`,
    );
    return 2;
  }
  const sql = await progress.step("Comparing migrations and schema", () => withScratchPostgres(diffMigrations));
  if (sql === "") {
    progress.say("  The migrations already lead to prisma/schema.prisma: nothing to write.");
    return 0;
  }
  const moment = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const file = path.join(folder, `${moment}_${name}`, "migration.sql");
  await mkdir(path.dirname(file));
  await writeFile(file, sql);
  progress.say(`  Wrote ${path.relative(process.cwd(), file)}. Read it before you commit it.`);
  return 0;
}
