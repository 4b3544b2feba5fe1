/** The one function of the runtime's WebAssembly that we call; TypeScript knows it only from its browser library. */
declare namespace WebAssembly {
  function instantiate(
    bytes: Uint8Array,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ): Promise<{ instance: { exports: Readonly<Record<string, unknown>> } }>;
}
