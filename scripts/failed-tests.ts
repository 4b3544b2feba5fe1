import { stripVTControlCharacters } from "node:util";

/** One assertion that failed, or one file that ended without an assertion to blame. */
export type FailedTest = {
  /** As given to the runner, such as `test/http/cors.test.ts`. */
  readonly file: string;
  /** Names of the tests around it and its own. */
  readonly path: readonly string[];
  /** What the runner said of it: the difference, the place. At most {@link saidLines} lines. */
  readonly said: string[];
};

const saidLines = 40;

/**
 * Picks the failures out of a run's TAP, line by line, so that they can be told once more at the end: among tens of thousands
 * of lines nobody finds them.
 */
export function collectFailures(): { take: (line: string) => void; failures: readonly FailedTest[] } {
  const failures: FailedTest[] = [];
  const open: string[] = [];
  let telling: { said: string[]; indent: number } | undefined;

  const take = (given: string): void => {
    const line = stripVTControlCharacters(given);
    const text = line.trimStart();
    const indent = line.length - text.length;
    if (telling !== undefined) {
      if (indent === telling.indent && text.startsWith("---")) return;
      const ended = text.startsWith("...") && indent === telling.indent;
      if (!ended && (text === "" || indent >= telling.indent)) {
        if (telling.said.length < saidLines) telling.said.push(line.slice(telling.indent));
        return;
      }
      telling = undefined;
      if (ended) return;
    }
    const depth = indent / 4;
    const subtest = /^# Subtest: (.*)$/.exec(text);
    if (subtest !== null) {
      open.length = Math.min(open.length, depth);
      open.push(subtest[1] ?? "");
      return;
    }
    const point = /^(not )?ok \d+(?: - (.*?))?(?: # time=\S+)?$/.exec(text);
    if (point === null || !Number.isInteger(depth)) return;
    const closes = open.length > depth;
    const around = open.slice(0, depth);
    open.length = Math.min(open.length, depth);
    if (point[1] === undefined) return;
    const [file, ...path] = [...around, point[2] ?? ""];
    // What a test says of a failure inside of it is no second failure.
    const known = failures.some((one) => one.file === file && path.every((name, place) => one.path[place] === name));
    if (closes && known) return;
    const said: string[] = [];
    failures.push({ file, path, said });
    telling = { said, indent: indent + 2 };
  };
  return { take, failures };
}

/** The failures as a person reads them at the end of a run. */
export function describeFailures(failures: readonly FailedTest[]): string {
  const blocks = failures.map(({ file, path, said }) =>
    [`✗ ${[file, ...path].join(" › ")}`, ...said.map((line) => `    ${line}`)].join("\n"),
  );
  return blocks.join("\n");
}
