/**
 * Which e-mail addresses people may have, and when two are the same.
 *
 * Before the `@`: the characters that every mail server takes, unquoted, in any case. `ada+work@` and `a.da@` are other
 * addresses than `ada@`: only the server behind them knows whether they lead to one box. Letters beyond ASCII are refused
 * there, because they let two people have addresses that look alike. After the `@`: a domain with a dot, international ones
 * included, which are compared in the form that the name service knows (RFC 5891).
 */
import { domainToASCII } from "node:url";
import { z } from "zod";

const longest = 254;
const localPart = /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const asciiDomain = /^(?=.{4,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d]([a-z\d-]{0,61}[a-z\d])$/;
/** Characters that are not seen, or that change how the others are seen. The name service would quietly drop some of them. */
const invisible = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
/** Whatever else a URL may hold: what reads a domain for us would drop a path, and resolve escapes. */
const notOfDomain = /[^\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]/u;
const notAscii = /[^\p{ASCII}]/u;

/** An e-mail address as people type it, trimmed. */
export const emailAddress = z
  .string()
  .trim()
  .max(longest, `The e-mail address is longer than ${longest} characters.`)
  .pipe(
    z.string().superRefine((email, context) => {
      const message = fault(email);
      if (message !== null) context.addIssue({ code: "custom", message, input: email });
    }),
  );

function fault(email: string): string | null {
  if (invisible.test(email)) return "The e-mail address holds a space or an invisible character. Type it by hand.";
  const [local, domain] = apart(email);
  if (notAscii.test(local))
    return `"${email}" has letters before the @ that many mail servers refuse. Use an address with plain letters there.`;
  if (localPart.test(local) && asciiDomain.test(domain)) return null;
  return `"${email}" is not an e-mail address. Write one like name@example.org.`;
}

/** The part before the last `@`, and the domain as the name service knows it, "" where it is none. */
function apart(email: string): [local: string, domain: string] {
  const at = email.lastIndexOf("@");
  if (at < 0) return [email, ""];
  const domain = email.slice(at + 1);
  return [email.slice(0, at), notOfDomain.test(domain) ? "" : domainToASCII(domain).toLowerCase()];
}

/** The form by which addresses are compared. */
export function emailKey(email: string): string {
  const [local, domain] = apart(email.trim());
  return domain === "" ? email.normalize("NFKC").toLowerCase() : `${local.toLowerCase()}@${domain}`;
}
