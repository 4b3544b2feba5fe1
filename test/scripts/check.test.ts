/** Every step of `npm run check` bites: faults are planted in a copy of the repository, and the step names each of them. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const root = fileURLToPath(new URL("../..", import.meta.url));
const leftOut = ["node_modules", ".data", ".git", ".tap", ".cache", "coverage"];
const copy = await mkdtemp(path.join(os.tmpdir(), "atelier-check-"));
t.teardown(() => rm(copy, { recursive: true, force: true }));
const isWanted = (file: string) => !leftOut.includes(path.relative(root, file));
await cp(root, copy, { recursive: true, filter: isWanted });
await symlink(path.join(root, "node_modules"), path.join(copy, "node_modules"));

/** One edit: the text of a new file, or what becomes of an old one. And what the step must say about it. */
interface Fault {
  readonly what: string;
  readonly file: string;
  readonly text: string | ((before: string) => string);
  readonly found: RegExp;
}

const appended = (text: string) => (before: string) => `${before}${text}`;
const without = (line: string) => (before: string) => before.replace(`${line}\n`, "");
const marker = ["TO", "DO"].join("");

const faults: Readonly<Record<string, readonly Fault[]>> = {
  imports: [
    {
      what: "an uphill import",
      file: "src/infra/planted-uphill.ts",
      text: 'export { createPost } from "../posts/create-post.ts";\n',
      found: /planted-uphill\.ts → src\/posts\/create-post\.ts\n +uphill from infra/,
    },
    {
      what: "an import of a type beside the slice table",
      file: "src/images/planted-slice.ts",
      text: 'import type { PostContent } from "../posts/post-content.ts";\nexport type Planted = PostContent;\n',
      found: /planted-slice\.ts → src\/posts\/post-content\.ts\n +images uses another slice/,
    },
    {
      what: "GraphQL that imports another slice's",
      file: "src/posts/graphql/planted.ts",
      text: 'import "../../images/graphql/index.ts";\n',
      found: /graphql\/planted\.ts → src\/images\/graphql\/index\.ts\n +GraphQL of another slice/,
    },
    {
      what: "a circle of types",
      file: "src/infra/planted-circle.ts",
      text: 'import type { Again } from "./planted-again.ts";\nexport type Planted = Again | null;\n',
      found: /planted-(circle|again)\.ts → .*planted-(circle|again)\.ts\n +circle\./,
    },
    {
      what: "the other half of the circle",
      file: "src/infra/planted-again.ts",
      text: 'import type { Planted } from "./planted-circle.ts";\nexport type Again = Planted;\n',
      found: /planted-again\.ts/,
    },
    {
      what: "a test that the product needs",
      file: "src/worker.ts",
      text: appended('import "../test/support/clock.ts";\n'),
      found: /worker\.ts → test\/support\/clock\.ts\n +out of src/,
    },
  ],
  schema: [
    {
      what: "a stale schema.graphql",
      file: "schema.graphql",
      text: (before) => `# planted\n${before}`,
      found: /schema\.graphql:1 differs\.\n +there: +# planted/,
    },
  ],
  environment: [
    {
      what: "a variable that .env.example lacks",
      file: ".env.example",
      text: without("# DATA_DIR=.data"),
      found: /wanted: # DATA_DIR=\.data/,
    },
  ],
  unused: [
    {
      what: "an export that nobody uses",
      file: "src/infra/clock.ts",
      text: appended("export const planted = 1;\n"),
      found: /planted +src\/infra\/clock\.ts/,
    },
    {
      what: "a file that nobody uses",
      file: "src/infra/planted-file.ts",
      text: "export {};\n",
      found: /Unused files[^]*planted-file\.ts/,
    },
  ],
  format: [
    {
      what: "a badly formatted file",
      file: "src/infra/planted-format.ts",
      text: "export const a = {b:1}\n",
      found: /planted-format\.ts/,
    },
  ],
  packages: [
    {
      what: "a package of another registry",
      file: "package-lock.json",
      text: (before) => before.replace('"node_modules/pg": {', '$&\n      "resolved": "https://npm.example/pg.tgz",'),
      found: /node_modules\/pg comes from https:\/\/npm\.example/,
    },
    {
      what: "an install script that nobody decided on, and a loose version",
      file: "package.json",
      text: (before) => before.replace('    "prisma": false,\n', "").replace(/"zod": "/, "$&^"),
      found: /prisma brings an install script[^]*zod is not pinned/,
    },
  ],
  lint: [
    {
      what: "an any",
      file: "src/infra/planted-any.ts",
      text: "export const planted = (value: any): string => `${value}`;\n",
      found: /planted-any\.ts\n.*no-explicit-any/,
    },
    {
      what: "the environment read outside config.ts",
      file: "src/infra/planted-environment.ts",
      text: 'export const planted = process.env["PLANTED"];\n',
      found: /planted-environment\.ts\n.*no-process-env/,
    },
    {
      what: "a promise that nobody waits for, and an error that is swallowed",
      file: "src/infra/planted-promise.ts",
      text: "export function planted(work: () => Promise<void>): void {\n  try {\n    work();\n  } catch {}\n}\n",
      found: /planted-promise\.ts\n( +[34]:.*(no-floating-promises|no-empty).*\n){2}/,
    },
    {
      what: "a marker that names no issue",
      file: "src/infra/planted-marker.ts",
      text: `// ${marker}(#12): followed up\n// ${marker}: a wish\n`,
      found: /planted-marker\.ts:2 /,
    },
    {
      what: "a file that is too long",
      file: "src/infra/planted-length.ts",
      text: "// line\n".repeat(251),
      found: /planted-length\.ts/,
    },
  ],
  types: [
    {
      what: "a wrong type",
      file: "test/support/planted-type.ts",
      text: 'export const planted: number = "one";\n',
      found: /planted-type\.ts.*TS2322/,
    },
    {
      what: "a wrong type in the explorer's page",
      file: "src/explorer/page/planted-type.ts",
      text: "export const planted: number = document.title;\n",
      found: /page\/planted-type\.ts/,
    },
  ],
  // Last, because it makes the database client anew.
  migrations: [
    {
      what: "a table without a migration",
      file: "prisma/schema.prisma",
      text: appended("\nmodel Planted {\n  id String @id\n}\n"),
      found: /CREATE TABLE "Planted"/,
    },
  ],
};

for (const [step, planted] of Object.entries(faults)) {
  t.test(`${step} finds ${planted.map(({ what }) => what).join(", ")}`, async (t) => {
    const restore = await Promise.all(planted.map(plant));
    const { code, said } = await check(step);
    for (const undo of restore) await undo();
    t.equal(code, 1);
    t.match(said, `Failed: ${step}.`);
    for (const { what, found } of planted) t.match(said, found, what);
  });
}

t.test("what is in order passes", async (t) => t.match(await check("packages"), { code: 0 }));

t.test("an unknown step is refused with the known ones", async (t) => {
  const { code, said } = await check("importz");
  t.equal(code, 2);
  t.match(said, "imports");
});

/** Makes an edit; the answer takes it back. */
async function plant({ file, text }: Pick<Fault, "file" | "text">): Promise<() => Promise<void>> {
  const place = path.join(copy, file);
  if (typeof text === "string") {
    await writeFile(place, text);
    return () => rm(place);
  }
  const before = await readFile(place, "utf8");
  const after = text(before);
  if (after === before) throw new Error(`The fault for ${file} changes nothing; the file has changed since.`);
  await writeFile(place, after);
  return () => writeFile(place, before);
}

/** Runs one step in the copy. tap puts its loaders into every Node it sees started; a shell between hides this one. */
function check(step: string): Promise<{ code: number; said: string }> {
  const command = ["-c", 'unset NODE_OPTIONS; exec "$0" "$@"', process.execPath];
  const parameters = [path.join(copy, "scripts", "run.ts"), "check", step];
  return new Promise((resolve) => {
    execFile("sh", [...command, ...parameters], { cwd: copy, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });
}
