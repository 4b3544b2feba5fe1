/**
 * Markup from template literals in which nothing gets out: every interpolation is escaped, for text and for quoted
 * attributes alike. Only the result of the same tag is inserted as it stands, so there is no way to mark a string as safe.
 *
 * HTML inside `xml` is text and therefore escaped, which is what a feed's `<content type="html">` asks for.
 */
type Language = "html" | "xml";

class Markup<L extends Language> {
  readonly language: L;
  readonly #source: string;

  constructor(language: L, source: string) {
    this.language = language;
    this.#source = source;
  }

  toString(): string {
    return this.#source;
  }
}

/** The result of the `html` tag. `String(it)` is the text to send. */
export type Html = Markup<"html">;

/** The result of the `xml` tag. `String(it)` is the text to send. */
export type Xml = Markup<"xml">;

/** What may stand in `${…}`: nothing (`null`, `undefined`, `false`), text, nested markup, or a list of these, joined without a separator. */
export type Interpolation = string | number | Html | Xml | null | undefined | false | readonly Interpolation[];

/**
 * HTML with every interpolation escaped.
 *
 * @throws TypeError when an interpolation follows `=` directly: an unquoted attribute cannot be escaped.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Interpolation[]): Html {
  return new Markup("html", fill("html", strings, values));
}

/**
 * XML 1.0 with every interpolation escaped.
 *
 * @throws TypeError when an interpolation follows `=` directly: an unquoted attribute is not XML.
 */
export function xml(strings: TemplateStringsArray, ...values: readonly Interpolation[]): Xml {
  return new Markup("xml", fill("xml", strings, values));
}

function fill(language: Language, strings: TemplateStringsArray, values: readonly Interpolation[]): string {
  let source = "";
  for (const [index, text] of strings.entries()) {
    source += text;
    if (index === values.length) continue;
    if (text.endsWith("=")) throw new TypeError(`Put quotes around the attribute value after "${text.slice(-40)}".`);
    source += render(language, values[index]);
  }
  return source;
}

function render(language: Language, value: Interpolation): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Markup) return value.language === language ? value.toString() : escapeText(value.toString());
  if (typeof value === "string" || typeof value === "number") return escapeText(String(value));
  return value.map((item) => render(language, item)).join("");
}

/**
 * Control characters, lone surrogates and non-characters: HTML calls them errors, and XML 1.0 (section 2.2) forbids most
 * of them even as character references, so one of them in a caption would make a whole feed unreadable.
 */
const unprintable = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return text.replace(unprintable, "").replace(/[&<>"']/g, (character) => references[character] ?? "");
}
