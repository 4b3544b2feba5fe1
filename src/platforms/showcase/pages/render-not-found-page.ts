import { renderDocument } from "./document.ts";
import { html } from "./html.ts";
import type { ShowcaseGallery } from "./model.ts";
import { displayName } from "./picture.ts";

/** What is known about a page that is not there. */
export interface NotFoundPage {
  /** The gallery in which the missing entry was looked for; `null` when the gallery itself is missing. */
  readonly gallery: ShowcaseGallery | null;
  /** The folder that serves the stylesheet. */
  readonly assetsUrl: string;
}

/** The page for an address at which nothing hangs (any more). To be sent with status 404 or 410. */
export function renderNotFoundPage({ gallery, assetsUrl }: NotFoundPage): string {
  return renderDocument({
    title: "Nothing hangs here",
    canonicalUrl: null,
    assetsUrl,
    feed: null,
    preview: null,
    body: html`<main class="empty">
<h1>Nothing hangs here</h1>
<p>${gallery === null ? "There is no gallery at this address." : "This picture was taken down, or it never hung at this address."}</p>
${gallery !== null && html`<p class="hint"><a href="${gallery.url}">See what else hangs in the gallery of <bdi>${displayName(gallery)}</bdi></a></p>`}
</main>`,
  });
}
