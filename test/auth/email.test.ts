import t from "tap";
import { emailAddress, emailKey } from "../../src/auth/email.ts";

t.test("addresses that people may have", async (t) => {
  const taken: readonly [what: string, address: string, key: string][] = [
    ["a plain one", "ada@example.org", "ada@example.org"],
    ["in capitals", "ADA@Example.ORG", "ada@example.org"],
    ["with spaces around it", "  ada@example.org\n", "ada@example.org"],
    ["with a plus: another address", "ada+work@example.org", "ada+work@example.org"],
    ["with dots: another address", "a.d.a@example.org", "a.d.a@example.org"],
    ["with an apostrophe", "o'neil@example.org", "o'neil@example.org"],
    ["with rare characters", "a!#$%&*/=?^_`{|}~-b@example.org", "a!#$%&*/=?^_`{|}~-b@example.org"],
    ["with subdomains", "ada@mail.eu.example.co.uk", "ada@mail.eu.example.co.uk"],
    ["with an international domain", "ada@müller.example", "ada@xn--mller-kva.example"],
    ["with the same one as the name service writes it", "ada@XN--mller-kva.example", "ada@xn--mller-kva.example"],
    ["with an international top level", "ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai"],
    ["with a decomposed letter in the domain", "ada@mu\u0308ller.example", "ada@xn--mller-kva.example"],
    ["with wide letters in the domain", "ada@ｅｘａｍｐｌｅ.org", "ada@example.org"],
    ["with a Cyrillic а in the domain: another domain", "ada@ex\u0430mple.org", "ada@xn--exmple-4nf.org"],
    ["with 64 characters before the @", `${"a".repeat(64)}@example.org`, `${"a".repeat(64)}@example.org`],
  ];
  for (const [what, address, key] of taken) {
    const read = emailAddress.safeParse(address);
    t.same([read.success, emailKey(address)], [true, key], what);
    t.equal(read.data, address.trim(), "and stands as it was typed");
  }
});

t.test("addresses that are refused, with the reason", async (t) => {
  const refused: readonly [what: string, address: string, message: RegExp][] = [
    ["nothing", "", /is not an e-mail address/],
    ["no @", "ada.example.org", /is not an e-mail address/],
    ["two @", "ada@bob@example.org", /is not an e-mail address/],
    ["nothing before the @", "@example.org", /is not an e-mail address/],
    ["a domain without a dot", "ada@localhost", /is not an e-mail address/],
    ["an address of a machine", "ada@[127.0.0.1]", /is not an e-mail address/],
    ["a number for a domain", "ada@127.0.0.1", /is not an e-mail address/],
    ["a dot at the end", "ada@example.org.", /is not an e-mail address/],
    ["a dot at the start", ".ada@example.org", /is not an e-mail address/],
    ["two dots", "a..da@example.org", /is not an e-mail address/],
    ["a dot before the @", "ada.@example.org", /is not an e-mail address/],
    ["a hyphen at a label's edge", "ada@-example.org", /is not an e-mail address/],
    ["a quoted one", '"ada lovelace"@example.org', /space or an invisible character/],
    ["a quoted one without a space", '"ada"@example.org', /is not an e-mail address/],
    ["a comment", "ada(work)@example.org", /is not an e-mail address/],
    ["a name with an address", "Ada <ada@example.org>", /space or an invisible character/],
    ["a list", "ada@example.org,bob@example.org", /is not an e-mail address/],
    ["a header of its own", "ada@example.org\r\nBcc: eve@example.org", /space or an invisible character/],
    ["a zero byte", "ada\0@example.org", /space or an invisible character/],
    ["a zero-width space before the @", "a\u200bda@example.org", /space or an invisible character/],
    ["a zero-width joiner in the domain", "ada@exa\u200dmple.org", /space or an invisible character/],
    ["a soft hyphen in the domain", "ada@exa\u00admple.org", /space or an invisible character/],
    ["a direction mark", "ada\u202e@example.org", /space or an invisible character/],
    ["a Cyrillic а before the @", "\u0430da@example.org", /has letters before the @ that many mail servers refuse/],
    ["an umlaut before the @", "jürgen@example.org", /has letters before the @/],
    ["wide letters before the @", "ａda@example.org", /has letters before the @/],
    ["65 characters before the @", `${"a".repeat(65)}@example.org`, /is not an e-mail address/],
    ["more than 254 characters", `ada@${"a.".repeat(130)}org`, /longer than 254 characters/],
    ["a path behind the domain", "ada@example.org/x", /is not an e-mail address/],
    ["a backslash behind the domain", "ada@example.org\\x", /is not an e-mail address/],
    ["a fragment behind the domain", "ada@example.org#.example.net", /is not an e-mail address/],
    ["a question behind the domain", "ada@example.org?x", /is not an e-mail address/],
    ["an escaped letter in the domain", "ada@ex%61mple.org", /is not an e-mail address/],
    ["an escaped dot in the domain", "ada@example%2Eorg", /is not an e-mail address/],
    ["a label of 64 characters", `ada@${"a".repeat(64)}.org`, /is not an e-mail address/],
  ];
  for (const [what, address, message] of refused) {
    t.match(emailAddress.safeParse(address).error?.issues, [{ message }], what);
    t.doesNotThrow(() => emailKey(address));
  }
});
