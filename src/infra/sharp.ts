/**
 * sharp, configured once for the whole process. Everything that decodes pictures imports it from here and nowhere else: an
 * import of the package itself would work with every loader open.
 *
 * - Only JPEG, PNG and WebP can be read. libvips also reads SVG, PDF, TIFF, HEIF and more, each a decoder for strangers' bytes.
 * - One libvips thread per picture: the worker's own concurrency decides how many cores are used.
 * - No operation cache: pictures are seldom decoded twice, and the cache keeps their pixels.
 */
import sharp from "sharp";

sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"] });
sharp.concurrency(1);
sharp.cache(false);

export type { Sharp } from "sharp";
export { sharp };
