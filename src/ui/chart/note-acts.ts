/**
 * What a person does to a note of an open chart: begin it, name it, sign it, put its draft away. Each is an edit of
 * clinical/edits/note.ts, written as any other; what comes of it is told as a trouble in words, or undefined where it went well.
 */
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import type { WriteFailure } from '../../app/session.ts';
import { err, ok, type Result } from '../../base/result.ts';
import {
  beginNote,
  discardNote,
  renameNote,
  signNote,
  type NoteRelation,
  type TypedNote,
} from '../../clinical/edits/note.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { writeTrouble, type Trouble } from '../shell/words.ts';
import { actOf, type ChartView } from './chart-view.ts';
import { signTroubles } from './note-words.ts';

export async function beginNoteIn(
  view: ChartView,
  fields: TypedNote,
  words: string,
  about: NoteRelation | undefined,
): Promise<Result<ResourceKey, WriteFailure>> {
  const outcome = beginNote(actOf(view), fields, words, about);
  const [create] = outcome.kind === 'edits' ? outcome.edits : [];
  if (outcome.kind !== 'edits' || create?.kind !== 'create') return err('not-allowed');
  const saved = await view.chart.edit(outcome.section, outcome.edits);
  return saved.ok ? ok(create.key) : saved;
}

export async function renameNoteIn(view: ChartView, key: ResourceKey, fields: TypedNote): Promise<Trouble | undefined> {
  const resource = view.record.get(key);
  const outcome = resource === undefined ? undefined : renameNote(resource, fields);
  if (outcome?.kind !== 'edits' || outcome.edits.length === 0) return undefined;
  return troubleOf(await view.chart.edit(outcome.section, outcome.edits));
}

/** `words`: as they were shown to whoever signs. */
export async function signNoteIn(view: ChartView, key: ResourceKey, words: string): Promise<Trouble | undefined> {
  const resource = view.record.get(key);
  if (resource === undefined) return writeTrouble['not-found'];
  const outcome = signNote(actOf(view), resource, words);
  if (outcome.kind === 'errors')
    return signTroubles[outcome.errors['text'] ?? 'required'] ?? writeTrouble['not-allowed'];
  if (outcome.kind !== 'edits') return writeTrouble['not-allowed'];
  return troubleOf(await view.chart.edit(outcome.section, outcome.edits));
}

/** With what brings it back. */
export async function discardNoteIn(
  view: ChartView,
  key: ResourceKey,
): Promise<Result<() => ReturnType<OpenChart['edit']>, WriteFailure>> {
  const resource = view.record.get(key);
  const outcome = resource === undefined ? undefined : discardNote(resource);
  if (resource === undefined || outcome?.kind !== 'edits') return err('not-found');
  const saved = await view.chart.edit(outcome.section, outcome.edits);
  if (!saved.ok) return saved;
  const { status } = resource.json;
  const registers = { status: JSON.stringify({ status, docStatus: 'preliminary' }) };
  return ok(() => view.chart.edit(outcome.section, [{ kind: 'change', key, registers }]));
}

function troubleOf(saved: Result<void, WriteFailure>): Trouble | undefined {
  return saved.ok ? undefined : writeTrouble[saved.reason];
}
