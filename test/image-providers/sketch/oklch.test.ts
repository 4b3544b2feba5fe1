import t from "tap";
import { fromHex, hex, hueDistance, mix, oklch } from "../../../src/image-providers/sketch/oklch.ts";

t.test("known colours come out as their sRGB codes", async (t) => {
  t.equal(hex(oklch(1, 0, 0)), "#ffffff");
  t.equal(hex(oklch(0, 0, 0)), "#000000");
  t.equal(hex(oklch(0.62796, 0.25768, 29.234)), "#ff0000");
  t.equal(hex(oklch(0.86644, 0.29483, 142.495)), "#00ff00");
  t.equal(hex(oklch(0.45201, 0.31321, 264.052)), "#0000ff");
});

t.test("a colour beyond sRGB loses chroma only", async (t) => {
  t.match(hex(oklch(0.7, 0.5, 200)), /^#00[0-9a-f]{4}$/, "as much of the hue as can be shown");
  t.equal(hex(oklch(1, 0.4, 30)), "#ffffff");
});

t.test("mixing meets halfway, and opposite hues meet in grey", async (t) => {
  t.ok(mix(oklch(0.5, 0.1, 0), oklch(0.7, 0.1, 180), 0.5).c < 0.001);
  t.equal(mix(oklch(0.5, 0.1, 0), oklch(0.7, 0.1, 0), 0.5).l, 0.6);
});

t.test("hues are compared the short way round", async (t) => {
  t.equal(hueDistance(350, 10), 20);
  t.equal(hueDistance(10, 350), -20);
});

t.test("a colour survives the way through OKLCH and back", async (t) => {
  for (const code of ["#000000", "#ffffff", "#ff822d", "#00a6ed", "#533566", "#7f7f7f", "#0000ff"]) {
    t.equal(hex(fromHex(code)), code);
  }
  t.equal(hex(fromHex("#f80")), "#ff8800");
});
