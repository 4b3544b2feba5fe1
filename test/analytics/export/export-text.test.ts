import fc from "fast-check";
import t from "tap";
import { csvCell, exportForms } from "../../../src/analytics/export/export-text.ts";

/** A reader of our own: what a spreadsheet sees in a line of cells. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (let rest = line; ; ) {
    const quoted = /^"((?:[^"]|"")*)"(,|$)/.exec(rest);
    const plain = /^([^",\r\n]*)(,|$)/.exec(rest);
    const [whole = "", content = "", end = ""] = quoted ?? plain ?? [];
    cells.push(quoted === null ? content : content.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
    if (end === "") return rest === "" ? cells : ["unreadable"];
  }
}

t.test("no text becomes a formula, and every text is read back", async (t) => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1", "\n-1"]) {
    t.ok((cellsOf(csvCell(text))[0] ?? "").startsWith("'"), JSON.stringify(text));
  }
  t.equal(csvCell("A boat = a boat."), "A boat = a boat.", "in the middle of a text it is none");
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (texts) => {
      const read = cellsOf(texts.map((text) => csvCell(text)).join(","));
      t.same(
        read.map((cell, index) => (texts[index] === cell.slice(1) && cell.startsWith("'") ? cell.slice(1) : cell)),
        texts,
      );
      return read.every((cell) => !/^[\s]*[=+\-@]/.test(cell));
    }),
    { numRuns: 200 },
  );
});

t.test("what is not known is empty or null, never zero", async (t) => {
  const reading = {
    ...{ takenAt: new Date("2026-03-01T00:00:00Z"), targetId: "t", postId: "p", platform: "sandbox", account: "ada" },
    ...{ caption: 'Say "hi",\nthen go.', publishedAt: null, permalink: null, values: { LIKES: 0 } },
  };
  const header = exportForms.CSV.head.trim().split(",");
  const cells = cellsOf(exportForms.CSV.reading(reading));
  t.equal(cells.length, header.length);
  const cell = (name: string) => cells[header.indexOf(name)];
  t.same([cell("LIKES"), cell("VIEWS"), cell("caption")], ["0", "", 'Say "hi",\nthen go.']);
  t.match(JSON.parse(exportForms.JSON.reading(reading)), { platform: "Sandbox", metrics: { LIKES: 0, VIEWS: null } });
});
