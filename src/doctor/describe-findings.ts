import type { Finding } from "./finding.ts";

const marks = { OK: "ok", OFF: "off", WARNING: "WARN", PROBLEM: "FAIL" } as const;

/** Columns of a terminal that nobody measured. */
const width = 118;

/** A table for people: the mark, the subject, what was found, and under it what to do. */
export function describeFindings(findings: readonly Finding[]): string {
  const left = Math.max(...findings.map(({ subject }) => subject.length)) + 2;
  const margin = 6 + left;
  const lines = findings.flatMap(({ subject, state, found, advice }) => {
    const told = wrapped(found, width - margin);
    const counsel = advice === null ? [] : wrapped(`→ ${advice}`, width - margin);
    return [...told, ...counsel].map((line, index) =>
      index === 0 ? `${marks[state].padEnd(6)}${subject.padEnd(left)}${line}` : `${" ".repeat(margin)}${line}`,
    );
  });
  return `${[...lines, "", summary(findings)].join("\n")}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  const [problems, warnings] = [count("PROBLEM"), count("WARNING")];
  if (problems + warnings === 0) return "All is well.";
  const parts = [
    ...(problems === 0 ? [] : [problems === 1 ? "One problem" : `${problems} problems`]),
    ...(warnings === 0 ? [] : [warnings === 1 ? "one warning" : `${warnings} warnings`]),
  ];
  const text = parts.join(" and ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. The arrows say what to do.`;
}

/** Words in lines; a word that is too long has a line of its own. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
