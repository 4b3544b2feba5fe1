/** The showcase's public pages, feed and pictures. */
import { readFile } from "node:fs/promises";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { matchesEntityTag } from "../../infra/entity-tag.ts";
import { type ObjectVariant, objectKey } from "../../infra/storage.ts";
import type { PlatformContext } from "../platform.ts";
import { renderEntryPage } from "./pages/render-entry-page.ts";
import { feedMediaType, renderFeed } from "./pages/render-feed.ts";
import { renderGalleryPage } from "./pages/render-gallery-page.ts";
import { renderNotFoundPage } from "./pages/render-not-found-page.ts";
import { stylesheetName, stylesheetPath } from "./pages/stylesheet.ts";
import { pageOf, readEntry, readGallery } from "./read-gallery.ts";
import { assetsUrl, entryUrl, feedUrl } from "./urls.ts";
import { isView, type ViewTally } from "./view-tally.ts";

/** Pages are text and pictures: nothing in them may run, and nobody may frame them. */
const pagePolicy =
  "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const filePolicy = "default-src 'none'; sandbox";

/** Milliseconds that views wait for others to be written with them. */
const writeAfter = 5_000;

const handleParams = z.object({ handle: z.string() });
const entryParams = handleParams.extend({ entry: z.string() });
const pictureParams = entryParams.extend({ file: z.string().regex(/^\d{1,2}(\.(preview|thumb))?\.(png|jpg|webp)$/) });
const pageQuery = z.object({ after: z.string().optional().catch(undefined) });

/** The routes of the showcase, to be registered on the server. */
export function showcaseRoutes(context: PlatformContext, tally: ViewTally): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const stylesheet = await readFile(stylesheetPath, "utf8");

    app.get(`/showcase/assets/${stylesheetName}`, (_request, reply) =>
      reply
        .header("cache-control", "public, max-age=3600")
        .header("x-content-type-options", "nosniff")
        .type("text/css; charset=utf-8")
        .send(stylesheet),
    );

    galleryRoutes(app, context);
    entryRoutes(app, context, writesViews(app, tally));
  };
}

/** What counts a view; they are written some seconds after the first, all at once, and when the server closes. */
function writesViews(app: FastifyInstance, tally: ViewTally): (entryId: string) => void {
  let timer: NodeJS.Timeout | undefined;
  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    try {
      await tally.write();
    } catch (error) {
      app.log.error({ err: error }, "views could not be written; they are tried again with the next ones");
    }
  };
  app.addHook("onClose", write);
  return (entryId) => {
    tally.note(entryId);
    timer ??= setTimeout(() => void write(), writeAfter).unref();
  };
}

function galleryRoutes(app: FastifyInstance, context: PlatformContext): void {
  app.get("/showcase/:handle", async (request, reply) => {
    const { handle } = handleParams.parse(request.params);
    const gallery = await readGallery(context, handle);
    if (gallery === null) return notFound(reply, context);
    const { entries, nextPageUrl, pageUrl } = await pageOf(context, handle, pageQuery.parse(request.query).after);
    return page(
      reply,
      renderGalleryPage({
        gallery,
        entries,
        nextPageUrl,
        feedUrl: feedUrl(context.publicUrl, handle),
        assetsUrl: assetsUrl(context.publicUrl),
        ...(pageUrl && { pageUrl }),
      }),
    );
  });

  app.get("/showcase/:handle/feed.atom", async (request, reply) => {
    const { handle } = handleParams.parse(request.params);
    const gallery = await readGallery(context, handle);
    if (gallery === null) return notFound(reply, context);
    const { entries } = await pageOf(context, handle, undefined);
    const feed = renderFeed({ gallery, entries, feedUrl: feedUrl(context.publicUrl, handle) });
    return reply
      .header("cache-control", "public, max-age=60")
      .header("x-content-type-options", "nosniff")
      .type(feedMediaType)
      .send(feed);
  });
}

function entryRoutes(app: FastifyInstance, context: PlatformContext, countView: (entryId: string) => void): void {
  app.get("/showcase/:handle/:entry", async (request, reply) => {
    const { handle, entry: id } = entryParams.parse(request.params);
    const [gallery, found] = await Promise.all([readGallery(context, handle), readEntry(context, handle, id)]);
    if (gallery === null || found === null) return notFound(reply, context);
    if (isView(request)) countView(id);
    const neighbour = (neighbourId: string | null) =>
      neighbourId === null ? null : entryUrl(context.publicUrl, handle, neighbourId);
    const links = {
      olderUrl: neighbour(found.olderId),
      newerUrl: neighbour(found.newerId),
      feedUrl: feedUrl(context.publicUrl, handle),
      assetsUrl: assetsUrl(context.publicUrl),
    };
    return page(reply, renderEntryPage({ gallery, entry: found.entry, ...links }));
  });

  app.get("/showcase/:handle/:entry/:file", async (request, reply) => {
    const params = pictureParams.safeParse(request.params);
    if (!params.success) return notFound(reply, context);
    const { handle, entry: id, file } = params.data;
    const found = await readEntry(context, handle, id);
    const [position = "", variant] = file.split(".");
    const image = found?.stored[Number(position)];
    if (image === undefined) return notFound(reply, context);
    const wanted: ObjectVariant = variant === "preview" || variant === "thumb" ? variant : "original";
    // Each file has one address: a wrong extension, or 00 for 0, is no file.
    const name = wanted === "original" ? image.extension : `${wanted}.webp`;
    if (file !== `${Number(position)}.${name}`) return notFound(reply, context);
    const etag = `"${image.sha256}.${wanted}"`;
    const headers = {
      etag,
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": filePolicy,
      "x-content-type-options": "nosniff",
    };
    if (matchesEntityTag(request.headers["if-none-match"], etag)) return reply.headers(headers).code(304).send();
    const object = await context.storage.open(objectKey(image.sha256, wanted, image.extension));
    if (object === null) return notFound(reply, context);
    return reply
      .headers(headers)
      .header("content-length", object.bytes)
      .type(wanted === "original" ? image.mime : "image/webp")
      .send(object.stream);
  });
}

function notFound(reply: FastifyReply, context: PlatformContext): FastifyReply {
  return page(reply.code(404), renderNotFoundPage({ gallery: null, assetsUrl: assetsUrl(context.publicUrl) }));
}

function page(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .headers({
      "content-security-policy": pagePolicy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "strict-origin-when-cross-origin",
    })
    .header("cache-control", "public, max-age=10")
    .type("text/html; charset=utf-8")
    .send(html);
}
