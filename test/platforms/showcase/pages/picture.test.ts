import { readFileSync } from "node:fs";
import t from "tap";
import { altText, mediaTypeOf, picture, provenanceLabel } from "../../../../src/platforms/showcase/pages/picture.ts";
import { nearestShape, ratioShapes } from "../../../../src/platforms/showcase/pages/ratio-class.ts";
import { stylesheetName, stylesheetPath } from "../../../../src/platforms/showcase/pages/stylesheet.ts";
import { readPage } from "./read-markup.ts";
import { aGallery, anEntry, anImage } from "./sample-gallery.ts";

const imageTag = (image = anImage(), priority: "first" | "visible" | "later" = "later") =>
  readPage(String(picture({ image, alt: "x", sizes: "50vw", priority }))).find((tag) => tag.name === "img");

t.test("the browser chooses among thumb, preview and original by their real widths", (t) => {
  t.equal(
    imageTag()?.attributes.srcset,
    "https://atelier.example/media/hill-256.webp 256w, https://atelier.example/media/hill-1024.webp 1024w, https://atelier.example/media/hill.png 1536w",
  );
  const tall = anImage({
    width: 1024,
    height: 2048,
    url: "https://a.example/o",
    previewUrl: "https://a.example/p",
    thumbUrl: "https://a.example/t",
  });
  t.equal(
    imageTag(tall)?.attributes.srcset,
    "https://a.example/t 128w, https://a.example/p 512w, https://a.example/o 1024w",
  );
  const small = { ...tall, width: 200, height: 150 };
  t.equal(imageTag(small)?.attributes.srcset, "https://a.example/t 200w", "copies are never enlarged");
  const odd = { ...small, thumbUrl: "https://a.example/t,1 ," };
  t.equal(imageTag(odd)?.attributes.srcset, "https://a.example/t%2C1%20%2C 200w", "commas and spaces would end it");
  t.end();
});

t.test("only what is far down waits", (t) => {
  t.match(imageTag(anImage(), "first")?.attributes, { fetchpriority: "high", loading: undefined, decoding: undefined });
  t.match(imageTag(anImage(), "visible")?.attributes, { decoding: "async", loading: undefined });
  t.match(imageTag(anImage(), "later")?.attributes, { decoding: "async", loading: "lazy" });
  t.end();
});

t.test("alt text: as given, else the caption, else the name; never empty", (t) => {
  const alt = (given: string, caption: string, name = "Mira Vale"): string =>
    altText(aGallery({ name }), anEntry({ caption, images: [anImage({ alt: given })] }), 0);
  t.equal(alt("A hill", "Dusk"), "A hill");
  t.equal(alt(" ", "Dusk\nover the bay"), "Dusk over the bay");
  t.equal(alt("", ""), "Untitled picture by Mira Vale");
  t.equal(alt("", "", " "), "Untitled picture by @mira");
  const two = anEntry({ caption: "Dusk", images: [anImage(), anImage({ alt: "" })] });
  t.equal(altText(aGallery(), two, 1), "Dusk (picture 2 of 2)");
  t.end();
});

t.test("how a picture was made is said plainly, or not at all", (t) => {
  t.equal(provenanceLabel("algorithmicMedia"), "Drawn by a program");
  t.equal(provenanceLabel("trainedAlgorithmicMedia"), "Made with AI");
  t.equal(provenanceLabel(null), null);
  t.end();
});

t.test("media types follow the address' extension", (t) => {
  t.equal(mediaTypeOf("https://a.example/x.JPG?v=1.png"), "image/jpeg");
  t.equal(mediaTypeOf("https://a.example/x.webp"), "image/webp");
  t.equal(mediaTypeOf("https://a.example/x"), null);
  t.equal(mediaTypeOf("https://a.example/x.html"), null);
  t.end();
});

t.test("a picture takes the nearest shape", (t) => {
  t.equal(nearestShape({ width: 1536, height: 1024 }), "ratio-3x2");
  t.equal(nearestShape({ width: 1200, height: 628 }), "ratio-19x10");
  t.equal(nearestShape({ width: 1000, height: 1001 }), "ratio-1x1");
  t.equal(nearestShape({ width: 9000, height: 100 }), "ratio-3x1");
  t.equal(nearestShape({ width: 1, height: 9000 }), "ratio-1x3");
  t.end();
});

t.test("the stylesheet knows every shape and loads nothing from elsewhere", (t) => {
  const css = readFileSync(stylesheetPath, "utf8");
  for (const [w, h] of ratioShapes) t.match(css, `.ratio-${w}x${h} {\n  --ratio: calc(${w} / ${h});\n}`);
  t.equal(css.match(/\.ratio-/g)?.length, ratioShapes.length);
  t.notMatch(css, /url\(|@import/);
  t.ok(stylesheetPath.endsWith(stylesheetName));
  t.end();
});
