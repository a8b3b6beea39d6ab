/**
 * Which records of an exchange file are read a second time: those of which something had to wait, for what they wait for may stand
 * further on; and with heads of entries the records of the snapshot they go by. Keeps numbers and names, nothing of a file.
 */
import type { SnapshotName } from '../../base/ids.ts';
import { snapshotOfItem } from '../../net/snapshot-items.ts';
import type { Message } from '../../net/wire.ts';

export class WaitingRecords {
  readonly #waiting = new Set<number>();
  /** Where the pieces of each snapshot stand. */
  readonly #pieces = new Map<SnapshotName, number[]>();

  get numbers(): ReadonlySet<number> {
    return this.#waiting;
  }

  /** Of every record with a message, in their order. */
  met(number: number, message: Message): void {
    for (const { kind, name } of snapshotsOf(message)) {
      if (kind !== 'piece') continue;
      const numbers = this.#pieces.get(name) ?? [];
      if (numbers.at(-1) !== number) numbers.push(number);
      this.#pieces.set(name, numbers);
    }
  }

  add(number: number, message: Message): void {
    this.#waiting.add(number);
    for (const { kind, name } of snapshotsOf(message))
      if (kind === 'heads') for (const piece of this.#pieces.get(name) ?? []) this.#waiting.add(piece);
  }
}

function snapshotsOf(message: Message) {
  if (message.kind !== 'entries') return [];
  return message.sections.flatMap(({ entries }) => entries.flatMap((item) => snapshotOfItem(item) ?? []));
}
