/** CONF: a canary stands in every clinical text and every name; it is in no frame and in no record of a disk, inflated or not. */
import type { World } from './world.ts';
import { canary } from './canary.ts';
import { inflateAnywhere } from '../support/inflate-anywhere.ts';

const needle = Buffer.from(canary);
/** Looking for deflate streams at every byte is slow: so many frames and records of a run, taken evenly. */
const inflatedSamples = 6;
const largestInflated = 4_000;

export function checkNothingClear(world: World): void {
  for (const { frame } of world.frames) refuseCanary(frame, 'a frame');
  const records: Uint8Array[] = [];
  for (const machine of world.boxes)
    for (const table of machine.disk.tables.values())
      for (const [key, value] of table) {
        refuseCanary(Buffer.from(key), `the name of a record of ${machine.name}`);
        for (const bytes of bytesIn(value)) {
          refuseCanary(bytes, `a record of ${machine.name}`);
          records.push(bytes);
        }
      }
  const all = [...world.frames.map(({ frame }) => frame), ...records].filter(({ length }) => length < largestInflated);
  const step = Math.max(1, Math.floor(all.length / inflatedSamples));
  for (let i = 0; i < all.length; i += step)
    for (const { bytes } of inflateAnywhere(all[i] ?? new Uint8Array(), needle.length))
      refuseCanary(bytes, 'what a frame or record inflates to');
}

/** Whatever is stored, as the bytes it is made of. */
export function bytesIn(value: unknown): readonly Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value === 'string') return [Buffer.from(value)];
  if (value instanceof ArrayBuffer) return [new Uint8Array(value)];
  if (value instanceof Map) return [...value].flat().flatMap(bytesIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(bytesIn);
  return [];
}

function refuseCanary(bytes: Uint8Array, where: string): void {
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(needle))
    throw new Error(`CONF: clinical text stands in the clear in ${where}`);
}
