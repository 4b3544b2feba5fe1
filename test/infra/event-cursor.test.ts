import fc from "fast-check";
import t from "tap";
import { BadUserInputError } from "../../src/infra/errors.ts";
import { formatCursor, isAfter, parseCursor } from "../../src/infra/event-cursor.ts";

const position = fc.record({ xid: fc.bigInt(0n, 2n ** 64n - 1n), id: fc.bigInt(0n, 2n ** 63n - 1n) });
const moment = fc.date({ min: new Date(1), max: new Date("2100-01-01"), noInvalidDate: true });

t.test("a cursor leads back to its position, its moment, and whether it stands in a snapshot", async (t) => {
  fc.assert(
    fc.property(position, moment, fc.boolean(), (at, when, inSnapshot) =>
      t.same(parseCursor(formatCursor(at, when, { inSnapshot })), { position: at, at: when, inSnapshot }),
    ),
  );
});

t.test("what is no cursor is refused with what to pass instead", async (t) => {
  const encoded = (text: string) => Buffer.from(text).toString("base64url");
  const damaged = [
    "",
    "!",
    "abc",
    encoded("1.2"),
    encoded("1.2.3.4"),
    encoded("1.2.3.s.s"),
    encoded("-1.2.3"),
    encoded("1.2.0"),
    encoded("a.b.c"),
  ];
  const beyondPostgres = [encoded(`${2n ** 64n}.1.1`), encoded(`1.${2n ** 63n}.1`)];
  for (const text of [...damaged, ...beyondPostgres]) {
    t.throws(() => parseCursor(text), { name: "BadUserInputError", message: /`cursor` of the last event/ }, text);
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseCursor(text);
      } catch (error) {
        if (!(error instanceof BadUserInputError)) throw error;
      }
    }),
  );
});

t.test("positions stand in one order: by transaction, then by row", async (t) => {
  t.ok(isAfter({ xid: 2n, id: 1n }, { xid: 1n, id: 9n }));
  t.ok(isAfter({ xid: 1n, id: 2n }, { xid: 1n, id: 1n }));
  fc.assert(
    fc.property(position, position, (a, b) => {
      const same = a.xid === b.xid && a.id === b.id;
      return Number(isAfter(a, b)) + Number(isAfter(b, a)) === (same ? 0 : 1);
    }),
  );
});
