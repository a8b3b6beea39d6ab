/**
 * Templates of notes, in the practice book: every colleague's, written by those who write charts. One put away is kept and marked,
 * so that it can be taken back.
 */
import { toHex } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { mayWrite } from '../../access/roles.ts';
import type { NoteTemplate } from '../../clinical/note-kinds.ts';
import type { PracticeBook } from './practice-book.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Saving } from '../saving.ts';
import type { PracticeInfo, WriteFailure } from '../session.ts';
import type { NoteTemplates, SavedTemplate } from './work-acts.ts';

interface Parts {
  readonly context: PracticeContext;
  readonly book: PracticeBook;
  readonly saving: Saving;
  readonly role: () => PracticeInfo['role'];
  readonly changed: () => void;
}

interface TemplateRecord extends NoteTemplate {
  readonly isPutAway: boolean;
}

/** Characters of a name, and of a text: a note may be begun with all of it. */
const maxNameLength = 80;
const maxTextLength = 4_000;

export class PracticeNoteTemplates implements NoteTemplates {
  readonly #parts: Parts;
  #all: readonly SavedTemplate[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Inside the queue only. */
  async refresh(): Promise<void> {
    const records = await this.#parts.book.records('NoteTemplate', templateFromJson);
    this.#all = records
      .filter(({ value }) => !value.isPutAway)
      .map(({ id, value: { name, kind, text } }) => ({ id, name, kind, text }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  get all(): readonly SavedTemplate[] {
    return this.#all;
  }

  get mayWrite(): boolean {
    return mayWrite(this.#parts.role(), 'templates');
  }

  async add(template: NoteTemplate): Promise<Result<string, WriteFailure>> {
    const id = toHex(this.#parts.context.ports.random.bytes(16));
    const put = await this.#put(id, template, false);
    return put.ok ? ok(id) : put;
  }

  change(id: string, template: NoteTemplate): Promise<Result<void, WriteFailure>> {
    return this.#put(id, template, false);
  }

  putAway({ id, ...template }: SavedTemplate): Promise<Result<void, WriteFailure>> {
    return this.#put(id, template, true);
  }

  #put(id: string, { name, kind, text }: NoteTemplate, isPutAway: boolean): Promise<Result<void, WriteFailure>> {
    const { context, book, saving, changed } = this.#parts;
    if (!this.mayWrite) return Promise.resolve(err('not-allowed'));
    if (name.length > maxNameLength || text.length > maxTextLength) return Promise.resolve(err('too-large'));
    const kept = context.exclusively(async (): Promise<Result<void, WriteFailure>> => {
      const written = await book.put('NoteTemplate', id, { v: 1, name, kind, text, isPutAway });
      if (!written.ok) return written;
      await this.refresh();
      return ok(undefined);
    });
    return saving.watch(kept).finally(changed);
  }
}

function templateFromJson(value: unknown): TemplateRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { v, name, kind, text, isPutAway } = value as Record<string, unknown>;
  // The first ones were written without a version.
  if (v !== undefined && v !== 1) return undefined;
  if (typeof name !== 'string' || typeof kind !== 'string' || typeof text !== 'string') return undefined;
  if (name.length > maxNameLength || text.length > maxTextLength) return undefined;
  return { name, kind, text, isPutAway: isPutAway === true };
}
