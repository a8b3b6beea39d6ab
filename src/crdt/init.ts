/**
 * WASM start-up (1.1 MB compressed): the one impure edge of this folder. Nothing here may be needed for the first paint.
 */
import { initializeWasm, isWasmInitialized } from '@automerge/automerge/slim';

let starting: Promise<void> | undefined;

/**
 * Makes Automerge ready; later calls wait for the first. In a browser `wasm` is the address of automerge.wasm on the
 * page's own origin; in Node it may be left out, and the file of the installed package is read.
 */
export async function initCrdt(wasm?: string | URL | Uint8Array<ArrayBuffer>): Promise<void> {
  if (isWasmInitialized()) return;
  starting ??= start(wasm);
  try {
    await starting;
  } catch (error) {
    // A page that was offline for its first visit tries again at the next call.
    starting = undefined;
    throw error;
  }
}

async function start(wasm?: string | URL | Uint8Array<ArrayBuffer>): Promise<void> {
  const source = wasm ?? installedWasm();
  await initializeWasm(source instanceof URL ? source.href : source);
}

/** No import of node: modules, which a browser build would have to resolve. */
function installedWasm(): Uint8Array<ArrayBuffer> {
  if (typeof process === 'undefined') throw new Error('initCrdt in a browser needs the address of automerge.wasm');
  const { createRequire } = process.getBuiltinModule('node:module');
  const path = createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm');
  return new Uint8Array(process.getBuiltinModule('node:fs').readFileSync(path));
}
