/** What the files say about their origin, read by somebody else's reader: ours could agree with itself and be wrong. */
import ExifReader from "exifreader";
import t from "tap";
import { canvas, setUp } from "../support/ingest.ts";

const terms = "http://cv.iptc.org/newscodes/digitalsourcetype/";

const read = (file: Buffer) => ExifReader.load(file, { expanded: true, async: false });

t.test("every stored file of every format says how it came to be", async (t) => {
  const { accept } = await setUp(t);
  for (const format of ["png", "jpeg", "webp"] as const) {
    const bytes = await canvas(1200, 800).toFormat(format).toBuffer();
    for (const provenance of ["trainedAlgorithmicMedia", "algorithmicMedia"] as const) {
      const { original, preview, thumb } = await accept(bytes, { provenance });
      for (const [variant, file] of Object.entries({ original, preview, thumb })) {
        const { xmp, file: facts } = read(file);
        t.equal(xmp?.["DigitalSourceType"]?.value, `${terms}${provenance}`, `${format} ${variant}`);
        t.match(facts?.FileType?.value, variant === "original" ? format : "webp");
      }
    }
  }
});

t.test("a large WebP that is stored in another format says so as well", async (t) => {
  const { accept } = await setUp(t);
  for (const picture of [canvas(2000, 2000), canvas(2000, 2000).ensureAlpha(0.5)]) {
    const bytes = await picture.webp({ effort: 0 }).toBuffer();
    const { original } = await accept(bytes, { provenance: "trainedAlgorithmicMedia" });
    t.equal(read(original).xmp?.["DigitalSourceType"]?.value, `${terms}trainedAlgorithmicMedia`);
  }
});

t.test("nothing is claimed about pictures that were not made here, whatever they claimed themselves", async (t) => {
  const { accept } = await setUp(t);
  for (const format of ["png", "jpeg", "webp"] as const) {
    const claim = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" i:DigitalSourceType="${terms}digitalCapture"/></rdf:RDF></x:xmpmeta>`;
    const bytes = await canvas(64, 64).withXmp(claim).toFormat(format).toBuffer();
    const { original, preview, thumb } = await accept(bytes);
    for (const file of [original, preview, thumb]) t.equal(read(file).xmp, undefined, format);
  }
});
