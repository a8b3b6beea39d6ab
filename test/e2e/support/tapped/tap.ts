/** What the tapped modules write down inside the page, for the test to fetch and search. In test builds alone. */
declare global {
  var tap: {
    /** Everything handed to libp2p, before Noise encrypts it. */
    readonly frames: Uint8Array[];
    /** Secret keys as the page used them, in hex, by what they are. */
    readonly keys: Map<string, string>;
  };
}

globalThis.tap = { frames: [], keys: new Map() };

export function noteFrame(frame: Uint8Array): void {
  globalThis.tap.frames.push(frame.slice());
}

export function noteKey(what: string, key: Uint8Array): void {
  globalThis.tap.keys.set([...key].map((byte) => byte.toString(16).padStart(2, '0')).join(''), what);
}
