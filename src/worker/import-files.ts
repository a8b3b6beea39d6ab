/**
 * The files of an import, read and compared. Keeps what it read of them as long as they are few: a practice of thousands comes
 * in hundreds of files, which in memory would be ten times what they are on the disk. Those that found no room are read
 * again when they are written.
 */
import { ok, type Result } from '../base/result.ts';
import { readBundle, type FileText, type ImportedChart, type ImportRefusal } from '../clinical/bundle.ts';
import { identityOf } from '../clinical/identity.ts';
import { describePatient } from '../clinical/matching/person.ts';
import { planReimport, type Reimport } from '../clinical/reimport.ts';
import type { ImportReader, PlannedChange, PlannedChart, ReadChart, ReadFile, ReadingWatch } from './background.ts';

/** Characters of the files that are kept. In memory it is several times as much. */
const defaultRoom = 16_000_000;

interface KeptFile {
  readonly charts: ReadonlyMap<string, ImportedChart>;
  readonly size: number;
}

export class ImportFiles implements ImportReader {
  readonly #pause: () => Promise<void>;
  readonly #room: number;
  /** The one read last is always among them. */
  readonly #kept = new Map<number, KeptFile>();

  constructor(pause: () => Promise<void>, room = defaultRoom) {
    this.#pause = pause;
    this.#room = room;
  }

  async read(
    file: number,
    text: FileText,
    { signal, progress }: ReadingWatch,
  ): Promise<Result<ReadFile, ImportRefusal>> {
    const read = await readBundle(text, { signal, onProgress: progress, pause: this.#pause });
    if (!read.ok) return read;
    const { charts, aboutOthers } = read.value;
    this.#keep(file, { charts: new Map(charts.map((chart) => [chart.patientKey, chart])), size: sizeOf(text) });
    return ok({ charts: charts.map(shortly), aboutOthers });
  }

  plan(...[file, patient, held, elsewhere]: Parameters<ImportReader['plan']>): Promise<PlannedChart | undefined> {
    const chart = this.#kept.get(file)?.charts.get(patient);
    if (chart === undefined) return Promise.resolve(undefined);
    const incoming = chart.resources.filter(({ key }) => elsewhere?.has(key) !== true);
    const reimport = planReimport(held, incoming);
    return Promise.resolve({ edits: reimport.edits, changes: changesOf(reimport), taken: reimport.taken });
  }

  holds(file: number): Promise<boolean> {
    return Promise.resolve(this.#kept.has(file));
  }

  end(): void {
    this.#kept.clear();
  }

  /**
   * Out go those read last, but for the newest: they are written in the order in which they were read, and what is kept from
   * the beginning on needs no second reading.
   */
  #keep(file: number, kept: KeptFile): void {
    this.#kept.delete(file);
    const others = [...this.#kept].reverse();
    let size = kept.size + others.reduce((sum, [, other]) => sum + other.size, 0);
    for (const [number, other] of others) {
      if (size <= this.#room) break;
      this.#kept.delete(number);
      size -= other.size;
    }
    this.#kept.set(file, kept);
  }
}

function sizeOf(text: FileText): number {
  return typeof text === 'string' ? text.length : text.reduce((sum, part) => sum + part.text.length, 0);
}

function shortly({ patientKey, patient, resources }: ImportedChart): ReadChart {
  const { name, birthDate } = identityOf(patient);
  return {
    patientKey,
    name,
    birthDate,
    person: describePatient(patient),
    resources: resources.filter(({ section }) => section !== 'identity').length,
  };
}

function changesOf({ added, changed, missing }: Reimport): readonly PlannedChange[] {
  return [
    ...added
      .filter(({ section }) => section !== 'identity')
      .map(({ key }) => ({ key, kind: 'added' as const, label: key })),
    ...changed.flatMap(({ key, label, lines }) =>
      lines.map(({ name, before, after }) => ({
        key,
        kind: 'changed' as const,
        label: `${label}: ${name}`,
        before,
        after,
      })),
    ),
    ...missing.map(({ key, label }) => ({ key, kind: 'missing-in-file' as const, label })),
  ];
}
