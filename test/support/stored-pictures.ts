/** A workshop whose pictures differ from each other, and a hand in their storage. */
import type { Test } from "tap";
import { sharp } from "../../src/infra/sharp.ts";
import { objectKey } from "../../src/infra/storage.ts";
import { type Atelier, openAtelier } from "./atelier.ts";
import { standInProvider } from "./stand-ins.ts";
import * as studio from "./studio.ts";

/** A provider that never makes the same picture twice. */
function colourfulProvider() {
  let made = 0;
  return standInProvider(async () => {
    made += 1;
    const background = { r: made * 20, g: 80, b: 10 };
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
    return { ok: true, bytes, model: "easel-1", seed: made, cost: { kind: "NONE" } as const };
  });
}

interface Made {
  readonly id: string;
  readonly sha256: string;
  readonly globalId: string;
}

/** An Atelier with three different pictures. */
export async function openWithPictures(t: Test, environment: Record<string, string> = {}) {
  const atelier = await openAtelier(t, { providers: colourfulProvider(), environment });
  const ada = await atelier.signUp("Ada");
  await studio.makeImages(atelier, ada, 3);
  const { data } = await ada.request("{ images { nodes { id sha256 } } }");
  const made = ({ id, sha256 }: { id: string; sha256: string }): Made => ({
    ...{ id: studio.rowIdOf(id), sha256, globalId: id },
  });
  return { atelier, ada, images: data.images.nodes.map(made) as [Made, Made, Made] };
}

/** Where a file of a picture lies. */
export const keyOf = (sha256: string, variant: "original" | "preview" | "thumb") => objectKey(sha256, variant, "png");
/** Puts anything, anywhere. */
export const put = ({ services }: Atelier, key: string, content: Buffer | string) =>
  services.storage.put(key, Buffer.from(content), { contentType: "image/png" });
