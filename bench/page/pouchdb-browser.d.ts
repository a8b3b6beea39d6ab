/** The little of PouchDB that the bench calls; its own types come in a package of two dozen. */
declare module 'pouchdb-browser' {
  export default class PouchDB {
    constructor(name: string);
    static replicate(
      from: string,
      to: PouchDB,
    ): Promise<{ readonly ok: boolean; readonly docs_written: number; readonly errors: readonly unknown[] }>;
    close(): Promise<void>;
  }
}
