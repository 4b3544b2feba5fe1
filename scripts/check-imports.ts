import { cruise, type IConfiguration, type ICruiseResult } from "dependency-cruiser";
import { importRules } from "./import-rules.ts";
import { root } from "./run-tool.ts";

/** Fewer files than this cannot be all of them: dependency-cruiser finds none, and says nothing, when it cannot read TypeScript. */
const leastFiles = 100;

/** Checks the imports of `src`, `scripts` and `test`, types included. Rejects with every import that breaks a rule. */
export async function checkImports(): Promise<string> {
  const { output } = await cruise(["src", "scripts", "test"], {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: importRules },
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules|^src/generated" },
    exclude: { path: "\\.(css|svg)$|\\?worker$" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  } satisfies IConfiguration["options"] & { validate: boolean; ruleSet: { forbidden: typeof importRules } });
  if (typeof output === "string") throw new Error(output);
  const own = output.modules.filter(({ source }) => /^(src|scripts|test)\//.test(source)).length;
  if (own < leastFiles)
    throw new Error(`Only ${own} files were read: dependency-cruiser does not see TypeScript here.`);
  if (output.summary.violations.length > 0) throw new Error(output.summary.violations.map(describe).join("\n"));
  return `${own} files`;
}

function describe({ rule, from, to, cycle }: ICruiseResult["summary"]["violations"][number]): string {
  const reason = importRules.find((known) => known.name === rule.name)?.comment ?? "";
  const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(" → ");
  return `${from} → ${path}\n    ${rule.name}. ${reason}`;
}
