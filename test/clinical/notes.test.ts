/** A note from its first words to its signature, its addenda and corrections, and what is told of it (AM-6). */
import { describe, expect, it } from 'vitest';
import {
  beginNote,
  cleanNote,
  discardNote,
  maxFirstWords,
  renameNote,
  signNote,
} from '../../src/clinical/edits/note.ts';
import { noteKinds, startingTemplates } from '../../src/clinical/note-kinds.ts';
import { allNotes, lateWords, noteEntries, unsignedNotes } from '../../src/clinical/views/notes.ts';
import { documentRows } from '../../src/clinical/views/documents.ts';
import { registerWords } from '../../src/clinical/register-words.ts';
import { registerOfWords } from '../../src/clinical/written-text.ts';
import { act, Chart } from './support.ts';

const patient = { resourceType: 'Patient', id: 'alice' };
const key = 'DocumentReference/n';

function chartWithDraft(words = 'Sprained ankle.'): Chart {
  const chart = Chart.of(patient);
  chart.do(beginNote(act(chart, { id: 'n' }), { title: 'Ankle', kind: '11506-3' }, words));
  return chart;
}

const sign = (chart: Chart, of = key, words = 'Sprained ankle.'): void =>
  chart.do(signNote(act(chart, { authorName: 'Dr. Okafor' }), chart.resource(of), words));

const textOf = (chart: Chart, of = key) => chart.stored.get('documents')?.get(of)?.text;

describe('notes', () => {
  it('[AM-6] a note is begun as a draft, a document of FHIR R4 whose words are text', () => {
    const chart = chartWithDraft('Line one\nline two');
    expect(JSON.parse(JSON.stringify(chart.resource(key).json))).toMatchObject({
      resourceType: 'DocumentReference',
      status: 'current',
      docStatus: 'preliminary',
      type: { coding: [{ system: 'http://loinc.org', code: '11506-3', display: 'Progress note' }] },
      subject: { reference: 'Patient/alice' },
      description: 'Ankle',
      content: [{ attachment: { contentType: 'text/plain; charset=utf-8', data: btoa('Line one\nline two') } }],
    });
    expect(noteEntries(chart.record)).toMatchObject([{ state: 'draft', title: 'Ankle', text: 'Line one\nline two' }]);
    expect(documentRows(chart.record)).toEqual([]);
  });

  it('[AM-6] signing writes the words that were seen and who signs, and closes the text', () => {
    const chart = chartWithDraft();
    sign(chart);
    expect(noteEntries(chart.record)).toMatchObject([
      { state: 'signed', signedBy: 'Dr. Okafor', text: 'Sprained ankle.' },
    ]);
    expect(textOf(chart)?.isClosed).toBe(true);
    // What somebody typed who did not know is not in it, and is not lost.
    const [entry] = noteEntries(chart.record);
    const late = { words: 'Sprained ankle. Left.', heads: [], isClosed: true };
    expect(entry && lateWords(entry, late)).toBe('Sprained ankle. Left.');
    expect(entry && lateWords(entry, { ...late, words: 'Sprained ankle.' })).toBeUndefined();
  });

  it('an empty note is not signed, nor one that is longer than a document may be', () => {
    const chart = chartWithDraft();
    const outcome = (words: string) => signNote(act(chart), chart.resource(key), words);
    expect(outcome(' \n ')).toEqual({ kind: 'errors', errors: { text: 'required' } });
    expect(outcome('x'.repeat(24_577))).toEqual({ kind: 'errors', errors: { text: 'too-long' } });
    expect(outcome('x'.repeat(24_576)).kind).toBe('edits');
  });

  it('an addendum stands under its note, and a correction over what it corrected once it is signed', () => {
    const chart = chartWithDraft();
    sign(chart);
    chart.do(beginNote(act(chart, { id: 'a' }), {}, 'Left side.', { code: 'appends', key }));
    chart.do(beginNote(act(chart, { id: 'c' }), {}, 'Broken ankle.', { code: 'replaces', key }));
    const [before] = noteEntries(chart.record);
    expect(before).toMatchObject({ key, state: 'signed', corrected: [] });
    expect(before?.addenda.map(({ key: of, state }) => [of, state]).sort()).toEqual([
      ['DocumentReference/a', 'draft'],
      ['DocumentReference/c', 'draft'],
    ]);
    sign(chart, 'DocumentReference/c', 'Broken ankle.');
    const after = noteEntries(chart.record);
    expect(after).toMatchObject([{ key: 'DocumentReference/c', state: 'signed', text: 'Broken ankle.', addenda: [] }]);
    expect(after[0]?.corrected).toMatchObject([{ key, state: 'superseded', text: 'Sprained ankle.' }]);
    expect(after[0]?.corrected[0]?.addenda).toMatchObject([{ key: 'DocumentReference/a' }]);
    const json = JSON.stringify(chart.resource('DocumentReference/c').json);
    expect(json).toContain('"docStatus":"amended"');
    expect(json).toContain('"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/n"}}]');
  });

  it('notes that name each other in a circle are shown, each once', () => {
    const note = (id: string, of: string) => ({
      resourceType: 'DocumentReference',
      id,
      docStatus: 'final',
      category: [{ coding: [{ code: 'clinical-note' }] }],
      relatesTo: [{ code: 'appends', target: { reference: `DocumentReference/${of}` } }],
      content: [{ attachment: { contentType: 'text/plain', data: btoa(id) } }],
    });
    const chart = Chart.of(patient, note('a', 'b'), note('b', 'a'), note('c', 'c'));
    const shown = allNotes(noteEntries(chart.record)).map((entry) => entry.key);
    expect(shown.toSorted()).toEqual(['DocumentReference/a', 'DocumentReference/b', 'DocumentReference/c']);
  });

  it('kind and title of a draft change; a draft that is put away stays readable', () => {
    const chart = chartWithDraft();
    chart.do(renameNote(chart.resource(key), { title: 'Ankle, left', kind: '34748-4' }));
    expect(noteEntries(chart.record)).toMatchObject([
      { title: 'Ankle, left', kind: 'Telephone call', kindCode: '34748-4' },
    ]);
    chart.do(discardNote(chart.resource(key)));
    expect(noteEntries(chart.record)).toMatchObject([
      { state: 'error', text: 'Sprained ankle.', enteredInError: true },
    ]);
  });

  it('[AM-6] what is exported of a note comes in elsewhere as it was, and there it is nobody’s draft to type in', () => {
    const chart = chartWithDraft('Ümlaut 😀 שלום');
    sign(chart, key, 'Ümlaut 😀 שלום');
    const elsewhere = Chart.of(patient, chart.resource(key).json as typeof patient);
    expect(noteEntries(elsewhere.record)).toMatchObject([
      { state: 'signed', text: 'Ümlaut 😀 שלום', signedBy: 'Dr. Okafor' },
    ]);
    expect(textOf(elsewhere)).toBeUndefined();
  });

  it('[AM-6] histories and conflicts say the words of a note, not that there is an attachment', () => {
    expect(registerWords('content', registerOfWords('Sprained 😀\nankle.'))).toBe('Sprained 😀\nankle.');
    const file = '{"content":[{"attachment":{"contentType":"application/pdf","title":"Scan"}}]}';
    expect(registerWords('content', file)).toContain('Scan');
  });

  it('a draft is told of when it has waited for a day', () => {
    const chart = chartWithDraft();
    const begunMs = Date.parse('2026-11-22T16:00:00+01:00');
    expect(unsignedNotes(chart.record, begunMs + 23 * 3_600_000)).toEqual([]);
    expect(unsignedNotes(chart.record, begunMs + 25 * 3_600_000)).toMatchObject([{ key }]);
    sign(chart);
    expect(unsignedNotes(chart.record, begunMs + 25 * 3_600_000)).toEqual([]);
  });

  it('pasted words lose what no FHIR string holds, and line breaks are one character', () => {
    expect(cleanNote('a\r\nb\rc\u0000\u0007\td')).toBe('a\nb\nc\td');
    expect(cleanNote('\ud83d').isWellFormed()).toBe(true);
    const long = beginNote(act(Chart.of(patient)), {}, 'x'.repeat(10_000));
    expect(long.kind === 'edits' && long.edits[0]?.kind === 'create' && long.edits[0].words?.length).toBe(
      maxFirstWords,
    );
  });

  it('every template begins a note of a kind there is', () => {
    const codes = new Set(noteKinds.map(({ code }) => code));
    for (const { kind, name, text } of startingTemplates)
      expect([codes.has(kind), name !== '', cleanNote(text)]).toEqual([true, true, text]);
  });
});
