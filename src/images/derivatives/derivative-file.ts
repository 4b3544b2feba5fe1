/** All made-over pictures lie under this. */
export const derivativePrefix = "derivatives/";

/** Where a made-over picture lies, by the hash of its file. */
export const derivativeFileKey = ({ hash, extension }: { readonly hash: string; readonly extension: string }): string =>
  `${derivativePrefix}${hash.slice(0, 2)}/${hash}.${extension}`;
