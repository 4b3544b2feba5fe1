import t from "tap";
import { fileKind } from "../../../src/infra/pictures/magic-bytes.ts";

t.test("a file is what its first bytes say", async (t) => {
  const latin1 = (text: string) => Buffer.from(text, "latin1");
  const cases: [Buffer, string][] = [
    [latin1("\x89PNG\r\n\x1a\nrest"), "png"],
    [latin1("\xff\xd8\xff\xe0"), "jpeg"],
    [latin1("RIFF\0\0\0\0WEBPVP8 "), "webp"],
    [latin1("RIFF\0\0\0\0WAVEfmt "), "an unknown kind of file"],
    [latin1("GIF89a"), "a GIF picture"],
    [latin1("\0\0\0\x1cftypavif"), "an AVIF picture"],
    [latin1("\0\0\0\x1cftypheic"), "a HEIC picture"],
    [latin1("II*\0"), "a TIFF picture"],
    [latin1("BM\x36\0\0\0\0\0\0\0"), "a BMP picture"],
    [latin1("<svg xmlns='…'>"), "an SVG drawing"],
    [Buffer.from("\ufeff \n<?xml version='1.0'?><!-- x -->\n<SVG/>"), "an SVG drawing"],
    [latin1("<?xml version='1.0'?><rss/>"), "an XML document"],
    [latin1("<!DOCTYPE HTML><title>"), "a web page"],
    [latin1('{"error":"no image"}'), "a JSON document"],
    [latin1("%PDF-1.7"), "a PDF document"],
    [latin1("PK\x03\x04"), "an archive"],
    [Buffer.from("Bmw, ünd Text"), "text"],
    [Buffer.from(`${"a".repeat(511)}é`), "text"],
    [Buffer.from([0, 1, 2, 3]), "an unknown kind of file"],
    [Buffer.alloc(0), "an unknown kind of file"],
  ];
  for (const [bytes, expected] of cases) {
    const found = fileKind(bytes);
    t.equal(found.kind === "accepted" ? found.format : found.label, expected);
  }
});
