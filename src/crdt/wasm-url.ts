/** Where the built page finds Automerge's WebAssembly, for `initCrdt`. The build makes it a file of its own. */
export { default as automergeWasmUrl } from '@automerge/automerge/automerge.wasm?url';
