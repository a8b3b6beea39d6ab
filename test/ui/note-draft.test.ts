/** A draft while somebody writes in it: nothing typed is lost or doubled, whatever comes in and whenever a save ends (AM-6). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../../src/base/result.ts';
import type { SectionEdit, WrittenText } from '../../src/clinical/section-edit.ts';
import { applySplices, movedCaret, rebase, splicesBetween, type Splice } from '../../src/clinical/splices.ts';
import type { WriteFailure } from '../../src/app/session.ts';
import { NoteDraft, type DraftPlace } from '../../src/ui/chart/note-draft.ts';

/** A chart with one note in it, whose saves end when the test says so. */
class Place implements DraftPlace {
  words: string | undefined;
  readonly ends: (() => void)[] = [];
  fails = false;

  constructor(words?: string) {
    this.words = words;
  }

  stands(): WrittenText | undefined {
    return this.words === undefined ? undefined : { words: this.words, heads: [], isClosed: false };
  }

  async begin(words: string): Promise<Result<string, WriteFailure>> {
    await this.#held();
    this.words = words.slice(0, 10);
    return ok('DocumentReference/n');
  }

  async write(edit: SectionEdit): Promise<Result<void, WriteFailure>> {
    await this.#held();
    if (this.fails) return { ok: false, reason: 'storage' };
    if (edit.kind !== 'type') throw new Error('a draft is typed in');
    const now = this.words ?? '';
    const theirs = splicesBetween(edit.from.words, now);
    this.words = applySplices(now, rebase(splicesBetween(edit.from.words, edit.to), theirs, 'theirs-first'));
    return ok(undefined);
  }

  #held(): Promise<void> {
    return new Promise((resolve) => this.ends.push(resolve));
  }

  /** Others write. */
  receive(change: (words: string) => string): void {
    this.words = change(this.words ?? '');
  }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

async function end(place: Place): Promise<void> {
  while (place.ends.length > 0) {
    place.ends.shift()?.();
    await settled();
  }
}

describe('a draft', () => {
  it('[AM-6] what is typed while a save runs is saved with the next one, and what others wrote comes in at its end', async () => {
    const place = new Place('Cough.');
    const seen: (readonly Splice[])[] = [];
    const draft = new NoteDraft(place, (splices) => seen.push(splices), 'DocumentReference/n');
    draft.type('Cough. Fever.');
    const saving = draft.save();
    draft.type('Cough. Fever. Rash.');
    place.receive((words) => `Seen today. ${words}`);
    draft.receive();
    expect(draft.words).toBe('Cough. Fever. Rash.');
    await end(place);
    expect(await saving).toEqual({ ok: true, value: undefined });
    expect(draft.words).toBe('Seen today. Cough. Fever. Rash.');
    expect(seen.map((splices) => movedCaret('Cough. Fever. Rash.'.length, splices))).toEqual([draft.words.length]);
    expect(draft.isSaved).toBe(false);
    const again = draft.save();
    await end(place);
    await again;
    expect([place.words, draft.isSaved]).toEqual([draft.words, true]);
  });

  it('a new note is begun with its first words; a long text is typed on, and nothing is cut off', async () => {
    const place = new Place();
    const draft = new NoteDraft(place, () => undefined, undefined, 'from a template that is long');
    const saving = draft.save();
    await settled();
    place.ends.shift()?.();
    await settled();
    expect(place.words).toBe('from a tem');
    await end(place);
    await saving;
    expect([draft.key, place.words, draft.isSaved]).toEqual([
      'DocumentReference/n',
      'from a template that is long',
      true,
    ]);
  });

  it('a save that fails leaves what was typed in the field, to be saved again', async () => {
    const place = new Place('a');
    const draft = new NoteDraft(place, () => undefined, 'DocumentReference/n');
    place.fails = true;
    draft.type('ab');
    const failing = draft.save();
    await end(place);
    expect(await failing).toEqual({ ok: false, reason: 'storage' });
    expect([draft.words, draft.isSaved]).toEqual(['ab', false]);
    place.fails = false;
    const saving = draft.save();
    await end(place);
    await saving;
    expect(place.words).toBe('ab');
  });

  it('[AM-6] whoever types when, each letter is there once, and the field ends as the note', async () => {
    const step = fc.record({ kind: fc.constantFrom('me', 'me', 'other', 'save', 'end', 'look'), at: fc.nat(1_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const place = new Place('.');
        let field = '.';
        const draft = new NoteDraft(place, (splices) => (field = applySplices(field, splices)), 'DocumentReference/n');
        const typed = new Set('.');
        const put = (words: string, at: number): string => {
          const letter = String.fromCodePoint(0x4e00 + typed.size);
          typed.add(letter);
          const place = Math.floor((words.length * at) / 1_000);
          return words.slice(0, place) + letter + words.slice(place);
        };
        for (const { kind, at } of steps) {
          if (kind === 'me') {
            field = put(field, at);
            draft.type(field);
          } else if (kind === 'other') place.receive((words) => put(words, at));
          else if (kind === 'save') void draft.save();
          else if (kind === 'look') draft.receive();
          else place.ends.shift()?.();
          await settled();
          expect(field).toBe(draft.words);
        }
        for (let round = 0; round < 3; round++) {
          await end(place);
          draft.receive();
          void draft.save();
          await settled();
          await end(place);
        }
        expect([field, draft.isSaved]).toEqual([place.words, true]);
        expect(Array.from(field).sort()).toEqual([...typed].sort());
      }),
      { numRuns: 300 },
    );
  });
});
