/** What an edit makes of a stored resource where there is no document: for charts in memory, written by one person at a time. */
import type { SectionEdit, StoredResource } from '../../src/clinical/section-edit.ts';
import { applySplices, rebase, splicesBetween } from '../../src/clinical/splices.ts';
import { registerOfWords, textRegisterOf } from '../../src/clinical/written-text.ts';

export function applyEdit(
  before: StoredResource | undefined,
  edit: Exclude<SectionEdit, { kind: 'settleList' }>,
): StoredResource {
  if (edit.kind === 'create') {
    const created = { key: edit.key, base: edit.base, registers: {} };
    return edit.words === undefined ? created : withWords(created, edit.words);
  }
  if (before === undefined) throw new Error(`change of ${edit.key}, which is not there`);
  if (edit.kind === 'type') {
    const words = before.text?.words ?? '';
    const mine = splicesBetween(edit.from.words, edit.to);
    return withWords(before, applySplices(words, rebase(mine, splicesBetween(edit.from.words, words), 'theirs-first')));
  }
  const { text, ...rest } = before;
  const after = { ...rest, registers: { ...before.registers, ...edit.registers } };
  if (text === undefined) return after;
  const closes = edit.registers[closingRegister(edit.key)] !== undefined;
  return { ...after, text: closes ? { ...text, isClosed: true } : text };
}

function withWords(stored: StoredResource, words: string): StoredResource {
  const registers = { ...stored.registers, [closingRegister(stored.key)]: registerOfWords(words) };
  return { ...stored, registers, text: { words, heads: [], isClosed: false } };
}

const closingRegister = (key: string): string => textRegisterOf(key.slice(0, key.indexOf('/'))) ?? '';
