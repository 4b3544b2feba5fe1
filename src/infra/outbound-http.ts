/** Placeholder replaced by the guarded client. */
export interface OutboundHttp {
  readonly fetch: (url: string) => Promise<unknown>;
}
