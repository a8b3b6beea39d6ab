/** Section documents of made-up devices, and the road changes take between them without seals and signatures. */
import type { Bytes } from '../../src/base/bytes.ts';
import { actorId, deviceId, entryHash, type ActorId, type DeviceId, type EntryHash } from '../../src/base/ids.ts';
import type { Result } from '../../src/base/result.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import type { EntryChanges } from '../../src/crdt/admission.ts';
import { SectionDocument, type WrittenChange } from '../../src/crdt/section-document.ts';

export const noonMs = Date.UTC(2026, 0, 15, 12, 0, 0, 250);

export function deviceNamed(letter: string): DeviceId {
  return deviceId(new Uint8Array(32).fill(letter.charCodeAt(0)));
}

export function actorNamed(letter: string, start = 0): ActorId {
  const bytes = new Uint8Array(16).fill(letter.charCodeAt(0));
  bytes[15] = start;
  return actorId(bytes);
}

export function mustBeOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.reason} ${result.detail ?? ''}`);
  return result.value;
}

let entriesMade = 0;

export function entryOf(actor: ActorId, device: DeviceId, changes: readonly Bytes[]): EntryChanges {
  const hash = new Uint8Array(32);
  new DataView(hash.buffer).setUint32(28, ++entriesMade);
  return { hash: entryHash(hash), device, actor, changes };
}

/** A device with one open section, and every entry it wrote. */
export class Writer {
  readonly section: SectionDocument;
  readonly entries: EntryChanges[] = [];
  readonly device: DeviceId;
  actor: ActorId;

  constructor(letter: string) {
    this.device = deviceNamed(letter);
    this.actor = actorNamed(letter);
    const author = { actor: this.actor, device: this.device };
    this.section = mustBeOk(SectionDocument.open({ changes: [], actors: [], author }));
  }

  edit(edits: readonly SectionEdit[], timeMs = noonMs): WrittenChange {
    const change = mustBeOk(this.section.edit(edits, timeMs));
    this.entries.push(entryOf(this.actor, this.device, [change.bytes]));
    return change;
  }

  receive(...from: readonly Writer[]): readonly EntryHash[] {
    const outcome = this.section.applyBodies(from.flatMap((writer) => writer.entries));
    if (outcome.failed.length > 0) throw new Error(`honest entries failed: ${JSON.stringify(outcome.failed)}`);
    return outcome.merged;
  }
}

/** Everyone gets everything of everyone. */
export function meet(...writers: readonly Writer[]): void {
  for (const writer of writers) writer.receive(...writers.filter((other) => other !== writer));
}
