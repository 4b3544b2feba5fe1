// Prisma's CLI is used for `generate` and `validate` alone; migrations go through src/infra/migrate.ts.
import { defineConfig } from "prisma/config";

export default defineConfig({ schema: "../prisma/schema.prisma" });
