/** What a mail of ours looks like: a title, some paragraphs, one button, a footer; the same as text and as HTML. */

/** The content of a mail; every text is plain, whoever wrote it. */
export interface MailContent {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do. `url` begins with http:// or https://. */
  readonly button?: { readonly label: string; readonly url: string };
  /** Why the person gets this, and what to do when they did not ask for it. */
  readonly footer: string;
}

/** Lays a mail out. Throws a `TypeError` when the button leads anywhere but to a web page. */
export function layOutMail(content: MailContent): { readonly text: string; readonly html: string } {
  const { button } = content;
  if (button !== undefined && !/^https?:$/.test(new URL(button.url).protocol)) {
    throw new TypeError("The button of a mail leads to a web page: its address begins with https:// or http://.");
  }
  return { text: asText(content), html: asHtml(content) };
}

function asText({ title, paragraphs, button, footer }: MailContent): string {
  const link = button === undefined ? [] : [`${button.label}:\n${button.url}`];
  return `${[title, ...paragraphs, ...link, "--", footer].join("\n\n")}\n`;
}

const entities: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "");

/** Styles stand twice: inline for programs that drop `style`, and in it for those that know the dark. */
function asHtml({ title, paragraphs, button, footer }: MailContent): string {
  const body = paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${escaped(paragraph)}</p>`).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #16181d !important; }
  .card { background: #20232b !important; color: #e8eaf0 !important; border-color: #343945 !important; }
  .button { background: #8fb4ff !important; color: #10131a !important; }
  .quiet { color: #a2a9b8 !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:32px 16px;background:#f4f5f8">
<div class="card" style="max-width:520px;margin:0 auto;padding:32px;background:#ffffff;color:#1d2330;border:1px solid #e0e3ea;border-radius:12px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escaped(title)}</h1>
${body}
${button === undefined ? "" : buttonHtml(button)}
</div>
<p class="quiet" style="max-width:520px;margin:16px auto 0;padding:0 32px;color:#626b7d;font:13px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">${escaped(footer)}</p>
</body>
</html>
`;
}

/** The address stands below the button as well, for whom the button does not work. */
function buttonHtml({ label, url }: { readonly label: string; readonly url: string }): string {
  const address = escaped(url);
  return `<p style="margin:24px 0"><a class="button" href="${address}" style="display:inline-block;padding:12px 20px;background:#2456c9;color:#ffffff;border-radius:8px;font-weight:600;text-decoration:none">${escaped(label)}</a></p>
<p class="quiet" style="margin:0;color:#626b7d;font-size:13px">${address}</p>`;
}
