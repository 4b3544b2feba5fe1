import t from "tap";
import { matchesEntityTag } from "../../src/infra/entity-tag.ts";

t.test("a client that has the file is recognised, however it says so", async (t) => {
  for (const header of ['"a"', 'W/"a"', '"x", "a"', '"x" ,W/"a"', "*"]) t.ok(matchesEntityTag(header, '"a"'), header);
  for (const header of [undefined, "", "a", '"b"', '"ab"', '"x", "y"'])
    t.notOk(matchesEntityTag(header, '"a"'), `${header}`);
});
