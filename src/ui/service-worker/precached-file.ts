/** One file of the built app, as the build lists it for the service worker. */
export interface PrecachedFile {
  /** Relative to the worker's scope; `./` is the page itself. */
  readonly url: string;
  /** Subresource integrity of its bytes: a host in the middle of an upload cannot mix two versions. */
  readonly integrity: string;
}
