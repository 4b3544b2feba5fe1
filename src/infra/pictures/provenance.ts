/**
 * Says inside a picture file how the picture came to be, in the form that platforms and verification tools read: the XMP
 * property `Iptc4xmpExt:DigitalSourceType` (IPTC Photo Metadata Standard; terms at cv.iptc.org/newscodes/digitalsourcetype).
 */
import type { DigitalSourceType } from "./digital-source-type.ts";
import { withPngChunk } from "./png-chunks.ts";

/** The XMP packet that carries `term`, for JPEG and WebP as they are (sharp's `withXmp`). */
export function provenanceXmp(term: DigitalSourceType): string {
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ` Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/${term}"/>`,
    "</rdf:RDF></x:xmpmeta>",
    '<?xpacket end="r"?>',
  ].join("");
}

/**
 * The same packet in a PNG. libvips would write it compressed, into a zTXt chunk that many readers skip; the XMP
 * specification (part 3, §1.1.5) asks for an uncompressed iTXt chunk with this keyword.
 */
export function markPng(png: Buffer, term: DigitalSourceType): Buffer {
  // After the keyword: not compressed, compression method 0, no language, no translated keyword.
  const head = Buffer.from("XML:com.adobe.xmp\0\0\0\0\0", "latin1");
  return withPngChunk(png, { type: "iTXt", data: Buffer.concat([head, Buffer.from(provenanceXmp(term))]) });
}
