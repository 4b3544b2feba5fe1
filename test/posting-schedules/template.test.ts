import t from "tap";
import { renderTemplate, templateIssues, variablesFor } from "../../src/posting-schedules/template.ts";

const facts = { local: "2027-03-29T09:05:00", locale: "en", counter: 7, schedule: "Mondays", title: "A {date} boat" };
const render = (text: string, other = {}) => renderTemplate(text, { ...facts, ...other });

t.test("variables are written in the locale, and what is put in is not looked at again", async (t) => {
  t.equal(render("{weekday}, {date}: {title} #{counter}"), "Monday, March 29, 2027: A {date} boat #7");
  t.equal(render("{date:iso} {month:number}/{year} week {week} {{date}}"), "2027-03-29 3/2027 week 13 {date}");
  t.equal(render("{weekday}, {date} im {season}", { locale: "de" }), "Montag, 29. März 2027 im Frühling");
  t.equal(render("{season} {season:south}", { local: "2027-12-01T00:00:00" }), "winter summer");
  t.equal(render("{season}", { local: "2027-02-28T23:00:00", locale: "fr-CA" }), "hiver");
  t.equal(render("{{{counter}}}"), "{7}");
});

t.test("every variable that is allowed is written, and no other", async (t) => {
  const asked = { path: ["x"], locale: "en" } as const;
  for (const use of ["caption", "prompt"] as const) {
    const text = variablesFor(use).join(" ");
    t.same(templateIssues(text, { ...asked, use }), []);
    t.notMatch(render(text, { title: "T" }), /[{}]|undefined/);
  }
  t.match(templateIssues("{constructor} {__proto__} {}", { ...asked, use: "caption" }), [
    { code: "UNKNOWN_VARIABLE" },
    { code: "UNKNOWN_VARIABLE" },
    { code: "UNKNOWN_VARIABLE" },
  ]);
});
