/**
 * Work that must not stop a page from answering: what it is and what is told of it. Done by a thread of its own where there is
 * one (elsewhere.ts asks it, thread.ts answers), else here (in-process.ts: Node, the tests, a browser without workers). Both are the
 * same code on the other side of this interface.
 *
 * Everything that passes is plain data (text, numbers, bytes, lists and maps of them): what has a prototype or a private field
 * does not survive the way. What of it is secret is told in docs/threats.md.
 */
import type { Result } from '../base/result.ts';
import type { EntryAboutOther, FileText, ImportRefusal } from '../clinical/bundle.ts';
import type { Reimport } from '../clinical/reimport.ts';
import type { PersonDescription } from '../clinical/matching/person.ts';
import type { OpenSections } from '../clinical/record.ts';
import type { ResourceKey } from '../clinical/section-edit.ts';
import type { SectionEdits } from '../clinical/withholding.ts';
import type { DeriveKey } from '../crypto/passphrase.ts';

export interface Background {
  /** Half a second and 64 MiB, of which nothing is left when it is done. */
  readonly passphraseKey: DeriveKey;
  /** For one import; whoever asked ends it. */
  importReader(): ImportReader;
}

/** Files of one import, by the number their reader gives them. */
export interface ImportReader {
  /** Who is in a file; what it holds of each is kept for `plan`, as long as there is room. */
  read(file: number, text: FileText, watch: ReadingWatch): Promise<Result<ReadFile, ImportRefusal>>;
  /**
   * What would be written of a patient of a file, `held` being what there is and `elsewhere` what is kept outside the chart;
   * undefined: no longer kept, read it again.
   */
  plan(
    file: number,
    patient: ResourceKey,
    held: OpenSections,
    elsewhere?: ReadonlySet<ResourceKey>,
  ): Promise<PlannedChart | undefined>;
  /** Whether what was read of a file is still kept. */
  holds(file: number): Promise<boolean>;
  /** Nothing more is asked; what was kept is forgotten. */
  end(): void;
}

export interface ReadingWatch {
  readonly signal: AbortSignal;
  /** Counted in resources. */
  readonly progress: (done: number, total: number) => void;
}

export interface ReadFile {
  readonly charts: readonly ReadChart[];
  /** In no chart. */
  readonly aboutOthers: readonly EntryAboutOther[];
}

/** One patient of a file, as far as a list of them needs to know. */
export interface ReadChart {
  readonly patientKey: ResourceKey;
  readonly name: string;
  readonly birthDate: string;
  /** All that tells whether somebody here may be the same person. */
  readonly person: PersonDescription;
  /** Those of the file: the derived identity is ours. */
  readonly resources: number;
}

export interface PlannedChart {
  readonly edits: SectionEdits;
  readonly changes: readonly PlannedChange[];
  /** Large data that the edits name and do not hold (EN-10). */
  readonly taken: Reimport['taken'];
}

export interface PlannedChange {
  readonly key: ResourceKey;
  readonly kind: 'added' | 'changed' | 'missing-in-file';
  /** In words. */
  readonly label: string;
  readonly before?: string;
  readonly after?: string;
}
