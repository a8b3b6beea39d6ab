/**
 * A draft while a person writes in it: what is in the field, what of it is saved, and what others wrote meanwhile. Saves in the
 * background, one save at a time, and never makes typing wait; takes in others' letters without moving the caret from the
 * letters it stands between (AM-6). Knows no DOM.
 */
import { ok, type Result } from '../../base/result.ts';
import type { SectionEdit, ResourceKey, WrittenText } from '../../clinical/section-edit.ts';
import { applySplices, rebase, splicesBetween, type Splice } from '../../clinical/splices.ts';
import type { WriteFailure } from '../../app/session.ts';

export interface DraftPlace {
  /** The note's text as it stands; undefined until it is begun, or where it can be read no more. */
  stands(): WrittenText | undefined;
  /** Writes these words as a new note. */
  begin(words: string): Promise<Result<ResourceKey, WriteFailure>>;
  write(edit: SectionEdit): Promise<Result<void, WriteFailure>>;
}

export class NoteDraft {
  readonly #place: DraftPlace;
  /** Told of what others wrote: the field takes these splices of what is in it. */
  readonly #received: (splices: readonly Splice[]) => void;
  #key: ResourceKey | undefined;
  /** What the words in the field are a difference to. */
  #from: Pick<WrittenText, 'words' | 'heads'>;
  #words: string;
  #saving: Promise<Result<void, WriteFailure>> | undefined;

  constructor(place: DraftPlace, received: (splices: readonly Splice[]) => void, key?: ResourceKey, first = '') {
    this.#place = place;
    this.#received = received;
    this.#key = key;
    const stands = key === undefined ? undefined : place.stands();
    this.#from = stands ?? { words: '', heads: [] };
    this.#words = stands?.words ?? first;
  }

  get key(): ResourceKey | undefined {
    return this.#key;
  }

  get words(): string {
    return this.#words;
  }

  get isSaved(): boolean {
    return this.#saving === undefined && this.#words === this.#from.words;
  }

  type(words: string): void {
    this.#words = words;
  }

  /** The chart changed: what others wrote joins what is in the field. During a save that is done at its end. */
  receive(): void {
    if (this.#saving === undefined && this.#key !== undefined) this.#takeIn(this.#from.words);
  }

  /** All that is in the field, saved; a save that runs is waited for. */
  async save(): Promise<Result<void, WriteFailure>> {
    while (this.#saving !== undefined) await this.#saving;
    if (this.#words === this.#from.words) return ok(undefined);
    const saving = this.#write(this.#words);
    this.#saving = saving;
    try {
      return await saving;
    } finally {
      this.#saving = undefined;
    }
  }

  async #write(sent: string): Promise<Result<void, WriteFailure>> {
    if (this.#key === undefined) {
      const begun = await this.#place.begin(sent);
      if (!begun.ok) return begun;
      this.#key = begun.value;
      // A long text is begun with its first part, and the rest is typed into it.
      this.#from = this.#place.stands() ?? this.#from;
    }
    if (sent !== this.#from.words) {
      const saved = await this.#place.write({ kind: 'type', key: this.#key, from: this.#from, to: sent });
      if (!saved.ok) return saved;
    }
    this.#takeIn(sent);
    return ok(undefined);
  }

  /** `known`: the words that the field's are a difference to, and that what stands now came from. */
  #takeIn(known: string): void {
    const stands = this.#place.stands();
    if (stands === undefined) return;
    this.#from = stands;
    if (stands.words === known) return;
    const theirs = splicesBetween(known, stands.words);
    const mine = splicesBetween(known, this.#words);
    this.#words = applySplices(stands.words, rebase(mine, theirs, 'theirs-first'));
    this.#received(rebase(theirs, mine, 'mine-first'));
  }
}
