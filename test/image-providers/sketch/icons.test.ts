import t from "tap";
import { iconNamed, recoloured, silhouette } from "../../../src/image-providers/sketch/icons.ts";
import { hex, oklch } from "../../../src/image-providers/sketch/oklch.ts";
import { scenes } from "../../../src/image-providers/sketch/scenes/registry.ts";
import { detailFor, faceFor } from "../../../src/image-providers/sketch/subjects/faces.ts";
import { subjects } from "../../../src/image-providers/sketch/subjects/registry.ts";
import type { Subject } from "../../../src/image-providers/sketch/subjects/subject.ts";

const all: readonly Subject[] = subjects;
const words = all.flatMap((subject) => subject.words);
const used = new Set([
  ...all.flatMap((subject) => ("icon" in subject ? [subject.icon] : [])),
  ...words.flatMap((word) => [faceFor(word) ?? [], detailFor(word) ?? []].flat()),
]);

t.test("every icon that a word can call for is in the set and can be repeated in one drawing", async (t) => {
  t.ok(used.size > 120);
  for (const name of used) {
    const icon = iconNamed(name);
    t.ok(icon.bottom > icon.top && icon.right > icon.left, name);
    t.notMatch(icon.body, /\b(?:id|href|class|style)=|<(?:text|image|script|style)/, `${name} has plain shapes`);
  }
});

t.test("icons are about as wide as their subjects say", async (t) => {
  for (const subject of all) {
    if ("icon" in subject) {
      const { left, right, top, bottom } = iconNamed(subject.icon);
      const aspect = (right - left) / (bottom - top);
      t.ok(Math.abs(aspect - subject.aspect) < 0.35, `${subject.name}: ${aspect.toFixed(2)}`);
    }
  }
});

t.test("recolouring reaches every colour", async (t) => {
  const grey = hex(oklch(0.5, 0, 0));
  for (const name of used) {
    const icon = iconNamed(name);
    const colours = new Set(recoloured(icon, () => oklch(0.5, 0, 0)).match(/(?:fill|stroke)="#[^"]+"/g));
    t.same([...colours], [`fill="${grey}"`], name);
    t.equal(
      silhouette(icon, oklch(0.5, 0, 0)),
      recoloured(icon, () => oklch(0.5, 0, 0)),
    );
  }
});

t.test("no two subjects share a name or a word, and scenes cast only subjects there are", async (t) => {
  const names: readonly string[] = all.map(({ name }) => name);
  t.same(names, [...new Set(names)]);
  t.same(words.toSorted(), [...new Set(words)].toSorted());
  for (const scene of scenes) {
    for (const name of "cast" in scene ? scene.cast : []) {
      t.ok(names.includes(name), `${scene.name} casts ${name}`);
    }
  }
});

t.test("an icon that is not in the set is a mistake of ours", async (t) => {
  t.throws(() => iconNamed("no-such-thing"), /no-such-thing/);
});
