/**
 * A file that somebody sends, kept on disk while the request lasts: neither a slow sender nor a large file holds memory.
 *
 * The file loses its name as soon as it is made (only its handle leads to it), so nothing is left behind by an error, an
 * abort or a killed process, and nobody else on the machine can open it.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";

/** Bytes that a stream reads at once. */
const pieceBytes = 65_536;

/** A file that has arrived whole. What its sender says about it (name, type) is a claim, not a fact. */
export class UploadedFile {
  /** As its sender named it, without folders; at most 255 characters, for display alone. Null when it has no name. */
  readonly filename: string | null;
  /** The media type that its sender declares. Look into the bytes before you believe it. */
  readonly mimetype: string;
  /** Bytes. */
  readonly size: number;
  readonly #file: FileHandle;

  constructor(file: FileHandle, { filename, mimetype }: FileClaims, size: number) {
    this.filename = filename === null ? null : filename.slice(0, 255);
    this.mimetype = mimetype;
    this.size = size;
    this.#file = file;
  }

  /**
   * The whole content. Throws a `RangeError` when it is larger than `maxBytes`: compare `size` first and tell the sender.
   * Rejects when the request is over.
   */
  async bytes(maxBytes: number): Promise<Buffer<ArrayBuffer>> {
    if (this.size > maxBytes) throw new RangeError(`The file has ${this.size} bytes; ${maxBytes} were asked for.`);
    const content = Buffer.allocUnsafe(this.size);
    for (let read = 0; read < this.size; ) {
      const { bytesRead } = await this.#file.read(content, read, this.size - read, read);
      if (bytesRead === 0) throw shortened(read, this.size);
      read += bytesRead;
    }
    return content;
  }

  /** The content piece by piece, from its start at every call. Fails when the request is over. */
  stream(): Readable {
    return Readable.from(this.#pieces(), { objectMode: false });
  }

  /** Our own reads: the handle's stream would keep it open for as long as nobody reads that stream to its end. */
  async *#pieces(): AsyncGenerator<Buffer> {
    for (let read = 0; read < this.size; ) {
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, read);
      if (bytesRead === 0) throw shortened(read, this.size);
      read += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Gives the disk space back. */
  async discard(): Promise<void> {
    await this.#file.close();
  }
}

const shortened = (found: number, expected: number) =>
  new Error(`The uploaded file ended at ${found} of ${expected} bytes.`);

/** What a sender says about a file. */
export interface FileClaims {
  readonly filename: string | null;
  readonly mimetype: string;
}

/**
 * Writes `content` to disk, one piece at a time, and answers the file; null when it has more than `maxBytes`, of which no
 * more is read than that. Rejects as `content` or the disk does. Nothing stays on disk unless a file is answered.
 */
export async function receiveFile(
  content: AsyncIterable<Uint8Array>,
  claims: FileClaims,
  maxBytes: number,
): Promise<UploadedFile | null> {
  const name = path.join(tmpdir(), `atelier-upload-${randomUUID()}`);
  const file = await open(name, "wx+", 0o600);
  let kept = false;
  try {
    await unlink(name);
    let size = 0;
    for await (const piece of content) {
      size += piece.byteLength;
      if (size > maxBytes) return null;
      await writeWhole(file, piece, size - piece.byteLength);
    }
    kept = true;
    return new UploadedFile(file, claims, size);
  } finally {
    if (!kept) await file.close();
  }
}

/** A write may take only a part of what it is given. */
async function writeWhole(file: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < piece.byteLength; ) {
    const { bytesWritten } = await file.write(piece, written, piece.byteLength - written, position + written);
    written += bytesWritten;
  }
}
