/**
 * Random edits by devices that exchange some of what they have, beside a model that knows for each edit what its author
 * had seen. The model says what must stand or be listed; it shares no code with what it judges.
 */
import fc from 'fast-check';
import type { EntryHash } from '../../src/base/ids.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import type { EntryChanges } from '../../src/crdt/admission.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { entryOf, mustBeOk, noonMs, Writer } from './support.ts';

type Kind = 'create' | 'change' | 'settle';

interface Written {
  readonly key: string;
  readonly kind: Kind;
  readonly base: string | undefined;
  readonly registers: Readonly<Record<string, string>>;
  readonly change: string;
  /** The edits its author had seen, itself left out. */
  readonly past: ReadonlySet<EntryHash>;
}

export type Step =
  | { readonly kind: 'edit'; readonly device: number; readonly resource: number; readonly registers: readonly string[] }
  | { readonly kind: 'enteredInError'; readonly device: number; readonly resource: number }
  | { readonly kind: 'settle'; readonly device: number; readonly resource: number; readonly choice: number }
  | {
      readonly kind: 'exchange';
      readonly from: number;
      readonly to: number;
      readonly share: number;
      readonly reversed: boolean;
    };

export function stepsFor(devices: number, maxLength: number): fc.Arbitrary<Step[]> {
  const device = fc.nat(devices - 1);
  const resource = fc.nat(2);
  const registers = fc.uniqueArray(fc.constantFrom('dose', 'status', 'note'), { minLength: 1, maxLength: 2 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('edit' as const), device, resource, registers }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('enteredInError' as const), device, resource }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const), device, resource, choice: fc.nat(5) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('exchange' as const),
        from: device,
        to: device,
        share: fc.integer({ min: 1, max: 100 }),
        reversed: fc.boolean(),
      }),
    },
  );
  return fc.array(step, { minLength: 1, maxLength, size: 'max' });
}

export interface Tally {
  edits: number;
  conflicts: number;
  settlements: number;
  waited: number;
}

export class World {
  readonly tally: Tally = { edits: 0, conflicts: 0, settlements: 0, waited: 0 };
  readonly #devices: readonly Writer[];
  /** What each device holds, in the order in which it came. */
  readonly #held: readonly EntryChanges[][];
  readonly #seen: readonly Set<EntryHash>[];
  readonly #written = new Map<EntryHash, Written>();
  readonly #entries = new Map<EntryHash, EntryChanges>();
  #texts = 0;

  constructor(devices: number) {
    this.#devices = Array.from({ length: devices }, (_, i) => new Writer('abc'.charAt(i)));
    this.#held = this.#devices.map(() => []);
    this.#seen = this.#devices.map(() => new Set<EntryHash>());
  }

  close(): void {
    for (const { section } of this.#devices) section.close();
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) this.#take(step);
    for (let round = 0; round < 2; round++) {
      for (const from of this.#devices.keys())
        for (const to of this.#devices.keys()) this.#exchange(from, to, 100, false);
    }
    this.#expectSameEverywhere();
    for (const device of this.#devices.keys()) this.#expectNothingLost(device);
  }

  #take(step: Step): void {
    switch (step.kind) {
      case 'edit':
        this.#edit(step.device, keyOf(step.resource), step.registers);
        break;
      case 'enteredInError':
        this.#edit(step.device, keyOf(step.resource), ['status']);
        break;
      case 'settle':
        this.#settle(step.device, keyOf(step.resource), step.choice);
        break;
      case 'exchange':
        this.#exchange(step.from, step.to, step.share, step.reversed);
        this.#expectNothingLost(step.to);
        break;
    }
  }

  #edit(device: number, key: string, names: readonly string[]): void {
    const { section } = at(this.#devices, device);
    const registers = Object.fromEntries(names.map((name) => [name, this.#freshText(name)]));
    if (!section.resources().has(key)) {
      const base = `{"resourceType":"MedicationRequest","n":${++this.#texts}}`;
      this.#write(device, { kind: 'create', key, base }, { key, kind: 'create', base, registers: {} });
      return;
    }
    const edit: SectionEdit = { kind: 'change', key, registers };
    const unsettled = section.conflicts().some((conflict) => conflict.key === key);
    if (!unsettled) {
      this.#write(device, edit, { key, kind: 'change', base: undefined, registers });
      return;
    }
    const refused = section.edit([edit], noonMs);
    if (refused.ok) throw new Error('a change went over one side of a conflict');
  }

  #settle(device: number, key: string, choice: number): void {
    const { section } = at(this.#devices, device);
    const conflict = section.conflicts().find((each) => each.key === key);
    if (conflict === undefined) return;
    const registers = at(conflict.branches, choice % conflict.branches.length).registers;
    const branches = conflict.branches.map(({ provenance }) => provenance.change);
    this.#write(
      device,
      { kind: 'settle', key, registers, branches },
      { key, kind: 'settle', base: undefined, registers },
    );
    if (section.conflicts().some((each) => each.key === key)) throw new Error('a settlement should settle');
    const standing = section.resources().get(key)?.registers ?? {};
    for (const [name, text] of Object.entries(registers)) expectThat(standing[name] === text, 'the choice stands');
    this.tally.settlements++;
  }

  #write(device: number, edit: SectionEdit, written: Omit<Written, 'past' | 'change'>): void {
    const writer = at(this.#devices, device);
    const change = mustBeOk(writer.section.edit([edit], noonMs + this.#texts));
    const entry = entryOf(writer.actor, writer.device, [change.bytes]);
    const seen = at(this.#seen, device);
    this.#entries.set(entry.hash, entry);
    this.#written.set(entry.hash, { ...written, past: new Set(seen), change: change.hash });
    seen.add(entry.hash);
    at(this.#held, device).push(entry);
    this.tally.edits++;
  }

  #exchange(from: number, to: number, share: number, reversed: boolean): void {
    const lacking = at(this.#held, from).filter((entry) => !at(this.#seen, to).has(entry.hash));
    // Reversed: the newest first, so that what they build on is missing or comes later.
    if (reversed) lacking.reverse();
    const sent = lacking.slice(0, Math.ceil((lacking.length * share) / 100));
    const outcome = at(this.#devices, to).section.applyBodies(sent);
    expectThat(outcome.failed.length === 0, `honest entries are merged: ${JSON.stringify(outcome.failed)}`);
    expectThat(outcome.deferred.length === 0, 'everything is tried');
    this.tally.waited += outcome.waiting.length;
    for (const hash of outcome.merged) {
      const entry = this.#entries.get(hash);
      if (entry === undefined || at(this.#seen, to).has(hash)) continue;
      at(this.#seen, to).add(hash);
      at(this.#held, to).push(entry);
    }
  }

  /** Every statement stands or is listed; concurrent ones are listed; nothing reads as what nobody wrote. */
  #expectNothingLost(device: number): void {
    const { section } = at(this.#devices, device);
    const conflicts = new Map(section.conflicts().map((conflict) => [conflict.key, conflict.branches]));
    this.tally.conflicts += conflicts.size;
    for (const [key, edits] of this.#editsByKey(device)) {
      const standing = section.resources().get(key);
      const branches = conflicts.get(key) ?? [];
      const isPast = (edit: EntryHash): boolean => edits.some(([, other]) => other.past.has(edit));
      const newest = edits.filter(([hash]) => !isPast(hash)).map(([, edit]) => edit);
      if (newest.length === 1) expectThat(branches.length === 0, 'what one person wrote last is no conflict');
      const changes = newest.filter((edit) => edit.kind !== 'settle').map((edit) => edit.change);
      const listed = new Set<string>(branches.map(({ provenance }) => provenance.change));
      if (changes.length > 1) {
        expectThat(
          changes.every((change) => listed.has(change)),
          'changes at the same time are all listed',
        );
      }
      for (const [hash, edit] of edits) {
        const later = edits.filter(([, other]) => other.past.has(hash)).map(([, other]) => other);
        if (later.some((other) => other.kind === 'settle')) continue;
        if (edit.base !== undefined) {
          const shown = standing?.base === edit.base || branches.some(({ base }) => base === edit.base);
          expectThat(shown, `the creation of ${key} stands or is listed`);
        }
        for (const [name, text] of Object.entries(edit.registers)) {
          if (later.some((other) => other.registers[name] !== undefined)) continue;
          const shown =
            standing?.registers[name] === text || branches.some(({ registers }) => registers[name] === text);
          expectThat(shown, `the ${name} of ${key} stands or is listed`);
        }
      }
      const everWritten = (name: string, text: string): boolean =>
        edits.some(([, edit]) => edit.registers[name] === text);
      const shown = [standing?.registers ?? {}, ...branches.map(({ registers }) => registers)];
      for (const [name, text] of shown.flatMap((registers) => Object.entries(registers))) {
        // `{}` is what a settlement writes where the base that was chosen holds nothing.
        expectThat(text === '{}' || everWritten(name, text), `somebody wrote the ${name} that is shown: ${text}`);
      }
      expectThat(
        edits.some(([, edit]) => edit.base === standing?.base),
        'somebody wrote the base that is shown',
      );
    }
  }

  #editsByKey(device: number): ReadonlyMap<string, [EntryHash, Written][]> {
    const byKey = new Map<string, [EntryHash, Written][]>();
    for (const hash of at(this.#seen, device)) {
      const edit = this.#written.get(hash);
      if (edit === undefined) continue;
      byKey.set(edit.key, [...(byKey.get(edit.key) ?? []), [hash, edit]]);
    }
    return byKey;
  }

  #expectSameEverywhere(): void {
    const [first] = this.#devices;
    const changes = at(this.#held, 0).flatMap((entry) => entry.changes);
    const actors = this.#devices.map(({ actor, device }) => [actor, device] as const);
    const author = { actor: at(this.#devices, 0).actor, device: at(this.#devices, 0).device };
    const reopened = mustBeOk(SectionDocument.open({ changes: changes.reverse(), actors, author }));
    for (const section of [...this.#devices.map((device) => device.section), reopened]) {
      expectThat(
        readingOf(section) === (first === undefined ? '' : readingOf(first.section)),
        'all devices read the same',
      );
    }
    reopened.close();
  }

  #freshText(name: string): string {
    return `{"${name}":${++this.#texts}}`;
  }
}

function readingOf(section: SectionDocument): string {
  const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
  const resources = [...section.resources().values()].sort(byKey).map(({ key, base, registers }) => {
    return [key, base, Object.entries(registers).sort(([a], [b]) => (a < b ? -1 : 1))];
  });
  const conflicts = [...section.conflicts()].sort(byKey).map(({ key, branches }) => {
    return [
      key,
      branches.map((branch) => [
        branch.provenance,
        Object.entries(branch.registers).sort(),
        branch.created,
        branch.base,
      ]),
    ];
  });
  return JSON.stringify([section.heads().toSorted(), resources, conflicts]);
}

const keyOf = (resource: number): string => `MedicationRequest/${resource}`;

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}
