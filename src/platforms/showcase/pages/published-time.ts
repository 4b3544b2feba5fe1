import { type Html, html } from "./html.ts";

const longDate = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** The day of publication (UTC) in words, such as "4 May 2026". */
export function publishedDay(publishedAt: Date): string {
  return longDate.format(publishedAt);
}

/** The same in a `<time>` element that carries the exact instant. */
export function publishedTime(publishedAt: Date): Html {
  return html`<time datetime="${publishedAt.toISOString()}">${publishedDay(publishedAt)}</time>`;
}
