import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

/** Bytes of buffers that somebody still holds: what only waits to be collected is collected first. */
export const heldBuffers = (): number => heldMemory().arrayBuffers;

/** Bytes of objects that somebody still holds, without their buffers. */
export const heldHeap = (): number => heldMemory().heapUsed;

function heldMemory(): NodeJS.MemoryUsage {
  if (typeof collect !== "function") throw new Error("This Node does not let a test collect garbage.");
  collect();
  return process.memoryUsage();
}
