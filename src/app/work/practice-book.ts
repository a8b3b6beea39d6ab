/**
 * The practice book as records: what the practice knows beside its charts (peers, merged charts, tasks, appointments, templates).
 * Kept like a chart's facts, sealed, merged, backed up, but read by this practice alone; a role writes the sections it may write (ID-4).
 */
import { err, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import type { Provenance } from '../../clinical/conflicts.ts';
import type { ResourceKey, SectionEdit, StoredResource } from '../../clinical/section-edit.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { ChartWriter } from '../charts/chart-writer.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';
import type { WriteFailure } from '../session.ts';

/**
 * Where each kind lies. Whom the practice met is its administrators' to write; that two charts are of one person, every
 * colleague's who works with them. The last one is where it is written; the others are read for what lies there from before.
 */
const sectionsByType = {
  Contact: ['settings'],
  ChartLink: ['settings', 'work'],
  /** Who has looked at which results: a colleague's look counts for all. */
  ResultAck: ['work'],
  Task: ['work'],
  /** Where those at the front desk write, who read no chart for it. */
  Appointment: ['schedule'],
  /** Which reminders this practice does not want. */
  DueChoice: ['settings'],
  NoteTemplate: ['templates'],
} as const satisfies Readonly<Record<string, readonly Section[]>>;
type RecordType = keyof typeof sectionsByType;

/** A record of the book with its authors. */
export interface BookRecord<T> {
  readonly id: string;
  readonly value: T;
  readonly made: Provenance;
  readonly written: Provenance;
}

interface NewRecord {
  readonly type: RecordType;
  readonly id: string;
  readonly value: unknown;
}

/** A record is one value, replaced whole. */
const register = 'value';

export class PracticeBook {
  readonly #context: PracticeContext;
  readonly #writer: ChartWriter;
  /** Whoever keeps in memory what lies here reads it anew when something came. */
  readonly readers: (() => Promise<void>)[] = [];

  constructor(context: PracticeContext, writer: ChartWriter) {
    this.#context = context;
    this.#writer = writer;
  }

  /** Of two of one name the later stands. Inside the queue only. */
  async readAll<T>(type: RecordType, parse: (value: unknown) => T | undefined): Promise<readonly T[]> {
    return (await this.records(type, parse)).map(({ value }) => value);
  }

  /** The same, with who made each and who wrote it last. Inside the queue only. */
  async records<T>(type: RecordType, parse: (value: unknown) => T | undefined): Promise<readonly BookRecord<T>[]> {
    const access = await this.#access();
    if (access === undefined) return [];
    const all = new Map<string, BookRecord<T>>();
    for (const section of sectionsByType[type]) {
      const keeper = await this.#writer.keeper(access, section);
      await this.#noteHeld(keeper);
      const { document } = keeper;
      for (const [key, stored] of document.resources()) {
        if (!key.startsWith(`${type}/`)) continue;
        const read = this.#read.get(stored) ?? this.#readRecord(document, key, stored);
        const value = parse(read?.value);
        if (read === undefined || value === undefined) continue;
        const id = key.slice(type.length + 1);
        all.set(id, { ...read, id, value });
      }
    }
    return [...all.values()];
  }

  /** Years of records, of which a few are new each time somebody asks; what is stored never changes in place. */
  readonly #read = new WeakMap<StoredResource, Omit<BookRecord<unknown>, 'id'>>();

  #readRecord(document: SectionKeeper['document'], key: ResourceKey, stored: StoredResource) {
    const { value } = JSON.parse(stored.registers[register] ?? stored.base) as { value?: unknown };
    const written = writerOf(document, key, stored);
    if (written === undefined) return undefined;
    // Of its creation: a value may be written beside it, with a number below it.
    const base = document.history(key).findLast((item) => item.register === undefined);
    const made = stored.registers[register] === undefined ? written : base?.provenance;
    const read = { value, written, made: made ?? written };
    this.#read.set(stored, read);
    return read;
  }

  /** What other devices of the practice wrote is taken in. Inside the queue only. */
  async refresh(): Promise<void> {
    const access = await this.#access();
    if (access === undefined) return;
    for (const section of new Set(Object.values(sectionsByType).flat())) {
      const keeper = await this.#writer.keeper(access, section);
      await keeper.refresh(access);
      await this.#noteHeld(keeper);
    }
    for (const read of this.readers) await read();
  }

  /** Inside the queue only. `id` may tell nothing outside the book. */
  put(type: RecordType, id: string, value: unknown): Promise<Result<unknown, WriteFailure>> {
    return this.putAll([{ type, id, value }]);
  }

  /** All of them or none. Inside the queue only. */
  async putAll(records: readonly NewRecord[]): Promise<Result<unknown, WriteFailure>> {
    const access = await this.#access();
    if (access === undefined) return err('storage');
    const edits = new Map<Section, SectionEdit[]>();
    for (const { type, id, value } of records) {
      const section = sectionsByType[type].at(-1) ?? 'settings';
      const keeper = await this.#writer.keeper(access, section);
      const key = `${type}/${id}`;
      const text = JSON.stringify({ value });
      // Records have no two sides to choose between: the later device to write has seen the other's and means its own.
      const edit: SectionEdit = keeper.document.resources().has(key)
        ? { kind: 'settle', key, registers: { [register]: text } }
        : { kind: 'create', key, base: text };
      edits.set(section, [...(edits.get(section) ?? []), edit]);
    }
    return this.#writer.write(access, edits);
  }

  /** What a colleague wrote stays when its device is removed, after a restart too (CH-3): so what is held is noted. */
  async #noteHeld(keeper: SectionKeeper): Promise<void> {
    const sealed = keeper.checkpoints();
    if (sealed.length > 0) await this.#context.content.commit({ sealed });
  }

  #access(): Promise<ChartAccess | undefined> {
    return this.#context.charters.get(this.#context.self.book);
  }
}

/**
 * Who wrote the value that stands. Not whose mark stands: a colleague who writes at the same time can put one before the other's and
 * its value after, and what only some roles may say (that somebody looked at a result) would count as theirs.
 */
function writerOf(
  document: SectionKeeper['document'],
  key: ResourceKey,
  stored: StoredResource,
): Provenance | undefined {
  if (!document.conflicts().some((change) => change.key === key)) return document.provenanceOf(key, register);
  // Of values on two bases the newest need not be the one that stands.
  const standing = stored.registers[register];
  const written = document
    .history(key)
    .filter((item) =>
      standing === undefined
        ? item.register === undefined && item.text === stored.base
        : item.register === register && item.text === standing,
    );
  return written.at(-1)?.provenance;
}
