/** The showcase's addresses, in one place: pages, pictures and the feed. */

/** A gallery's first page. */
export const galleryUrl = (publicUrl: string, handle: string): string => `${publicUrl}/showcase/${handle}`;

/** The page of one entry; its permalink. */
export const entryUrl = (publicUrl: string, handle: string, id: string): string =>
  `${galleryUrl(publicUrl, handle)}/${id}`;

/** A gallery's Atom feed. */
export const feedUrl = (publicUrl: string, handle: string): string => `${galleryUrl(publicUrl, handle)}/feed.atom`;

/** A picture of an entry; `file` is `<position>.<extension>` or `<position>.<variant>.webp`. */
export const pictureUrl = (publicUrl: string, handle: string, id: string, file: string): string =>
  `${entryUrl(publicUrl, handle, id)}/${file}`;

/** The folder of the pages' stylesheet. */
export const assetsUrl = (publicUrl: string): string => `${publicUrl}/showcase/assets`;
