/** How a stored picture is made over for a platform that does not take it as it is. */

/** What the made-over picture is. */
export interface DerivativeSpec {
  readonly mime: "image/jpeg" | "image/png" | "image/webp";
  /** The part of the original that is shown, in its pixels; null: all of it. */
  readonly crop: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  } | null;
  /** Pixels of the picture itself. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the canvas on whose middle the picture lies; null: it has none. */
  readonly canvas: { readonly width: number; readonly height: number; readonly colour: string } | null;
  /** Most bytes of the file: quality, then size, give way. */
  readonly maxBytes: number;
}

/** The spec as one text that is the same exactly for the same spec: with the original's hash it names the derivative. */
export function derivativeKey({ mime, crop, width, height, canvas, maxBytes }: DerivativeSpec): string {
  const part = crop === null ? "all" : `${crop.width}x${crop.height}+${crop.left}+${crop.top}`;
  const ground = canvas === null ? "bare" : `${canvas.width}x${canvas.height}${canvas.colour}`;
  return [mime.replace("image/", ""), part, `${width}x${height}`, ground, maxBytes].join(" ");
}
