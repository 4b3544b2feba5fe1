// Progress for a person: what is being done, and how long it took. Plain JavaScript, because it runs before Node 24 is there.

/**
 * Prints steps to standard error. `quiet` prints nothing.
 * @param {{ quiet?: boolean }} [options]
 */
export function createProgress({ quiet = false } = {}) {
  const out = process.stderr;
  const live = out.isTTY && !quiet;
  return {
    /**
     * Runs a step and prints its name, time and end. `note`, called with the result, may add a word.
     * @template T
     * @param {string} name
     * @param {() => Promise<T>} work
     * @param {(result: T) => string} [note]
     * @returns {Promise<T>}
     */
    async step(name, work, note = () => "") {
      const started = performance.now();
      if (live) out.write(`  … ${name}`);
      try {
        const result = await work();
        const added = note(result);
        if (!quiet)
          out.write(`${live ? "\r\u001b[K" : ""}  ✓ ${name} ${seconds(started)}${added === "" ? "" : `  ${added}`}\n`);
        return result;
      } catch (error) {
        if (!quiet) out.write(`${live ? "\r\u001b[K" : ""}  ✗ ${name} ${seconds(started)}\n`);
        throw error;
      }
    },
    /**
     * Replaces the running step's line by a bar; only where a person watches.
     * @param {string} name
     * @param {number} fraction
     * @param {string} phase
     */
    bar(name, fraction, phase) {
      if (!live) return;
      const filled = Math.round(fraction * 24);
      out.write(`\r\u001b[K  … ${name} ${"█".repeat(filled)}${"░".repeat(24 - filled)} ${phase}`);
    },
    /** @param {string} text */
    say(text) {
      if (!quiet) out.write(`${text}\n`);
    },
  };
}

/** @param {number} started */
const seconds = (started) => `(${((performance.now() - started) / 1000).toFixed(1)} s)`;

/**
 * Says on standard error what failed, and with `--json` also as the one object that standard output ends with.
 * @param {string} failed
 * @param {unknown} error
 * @param {string} whatToDo
 * @param {{ name: string, ms: number }[]} [steps]
 */
export function reportFailure(failed, error, whatToDo, steps = []) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`\n  It stopped at "${failed}":\n  ${message}\n  ${whatToDo}\n\n`);
  if (process.argv.includes("--json"))
    process.stdout.write(`${JSON.stringify({ ok: false, failed, message, whatToDo, steps })}\n`);
}
