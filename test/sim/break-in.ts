/** A machine's disk as somebody reads it who has the passphrase and the product's own code: a copy, so that nothing is changed. */
import { breakIn } from '../app/support/break-in.ts';
import type { PracticeContext } from '../../src/app/practice-context.ts';
import { openMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';
import { passphrase, type Machine } from './machine.ts';

export function diskOf(machine: Machine, disk: MemoryDisk = machine.disk): Promise<PracticeContext> {
  const store = openMemoryStore(disk.copy());
  const ports = { ...machine.ports(), openStore: () => Promise.resolve({ ok: true as const, value: store }) };
  return breakIn({ ports: () => ports }, machine.name, passphrase, machine.vault);
}
