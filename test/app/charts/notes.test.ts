/** Notes over the real parts in one process: two people offline in one note, signing meanwhile, lock and unlock, templates, export. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { beginNote, signNote } from '../../../src/clinical/edits/note.ts';
import type { Act, EditOutcome } from '../../../src/clinical/edits/edit.ts';
import { ChartRecord } from '../../../src/clinical/record.ts';
import { lateWords, noteEntries } from '../../../src/clinical/views/notes.ts';
import { adaWith, problem } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const key = 'DocumentReference/n';

const recordOf = (chart: OpenChart): ChartRecord => new ChartRecord(chart.sections);
const textOf = (chart: OpenChart) => mustHave(sectionOf(chart, 'documents').resources.get(key)?.text);

function actOn(chart: OpenChart, id = 'n'): Act {
  const patientKey = mustHave(recordOf(chart).ofTypes('Patient')[0]).key;
  return { id, now: '2026-11-22T16:00:00+01:00', patientKey, authorName: 'Dr alice', record: recordOf(chart) };
}

async function save(chart: OpenChart, outcome: EditOutcome): Promise<void> {
  if (outcome.kind !== 'edits') throw new Error(JSON.stringify(outcome));
  mustBeOk(await chart.edit(outcome.section, outcome.edits));
}

async function type(chart: OpenChart, change: (words: string) => string): Promise<void> {
  const from = textOf(chart);
  mustBeOk(await chart.edit('documents', [{ kind: 'type', key, from, to: change(from.words) }]));
}

const sign = (chart: OpenChart): Promise<void> =>
  save(chart, signNote(actOn(chart), mustHave(recordOf(chart).get(key)), textOf(chart).words));

describe('notes', () => {
  let world: World;
  let clinic: Session;
  let partner: Session;
  let here: OpenChart;
  let there: OpenChart;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    partner = await world.newPractice('bob');
    await importText(clinic, adaWith(problem()));
    await meet(clinic, partner);
    mustBeOk(await clinic.share(onlyChart(clinic).id, partner.practice.id, ['demographics', 'documents'], 'write'));
    await until(() => partner.charts[0]?.name === 'Ada Okafor');
    [here, there] = [await opened(clinic), await opened(partner)];
    await until(() => there.sections.get('documents')?.canWrite === true);
    await save(here, beginNote(actOn(here), { title: 'Visit' }, 'Cough for a week.'));
    await until(() => sectionOf(there, 'documents').resources.has(key));
  });

  afterEach(async () => {
    await clinic.lock();
    await partner.lock();
  });

  test('[AM-6] two people offline type into one unsigned note, and it is one note on both sides', async () => {
    world.cut(clinic);
    await type(here, (words) => words.replace('Cough', 'Dry cough'));
    await type(here, (words) => `${words} Lungs clear.`);
    await type(there, (words) => words.replace('a week', 'two weeks'));
    world.heal();
    await until(() => textOf(here).words === textOf(there).words && textOf(here).words.includes('two'));
    expect(textOf(here).words).toBe('Dry cough for two weeks. Lungs clear.');
    expect([here, there].flatMap((chart) => sectionOf(chart, 'documents').conflicts)).toEqual([]);
    // Who typed what is in its history, a sitting a line.
    const history = here.history('documents', key).filter(({ register }) => register === 'content');
    expect(new Set(history.map(({ author }) => author.practiceName))).toEqual(new Set(['Clinic alice', 'Clinic bob']));
  });

  test('[AM-6] what was signed stays as signed on both sides, and what was typed meanwhile is shown beside it', async () => {
    world.cut(clinic);
    await sign(here);
    await type(there, (words) => `${words} Smokes.`);
    world.heal();
    for (const chart of [here, there]) {
      await until(() => textOf(chart).isClosed && textOf(chart).words.includes('Smokes'));
      const [entry] = noteEntries(recordOf(chart));
      expect(entry).toMatchObject({ state: 'signed', text: 'Cough for a week.' });
      expect(entry && lateWords(entry, textOf(chart))).toBe('Cough for a week. Smokes.');
      expect(sectionOf(chart, 'documents').provenance(key, 'content')?.practiceName).toBe('Clinic alice');
    }
    const from = textOf(there);
    const late = await there.edit('documents', [{ kind: 'type', key, from, to: `${from.words} More.` }]);
    expect(late).toMatchObject({ ok: false, reason: 'signed' });
    // The file says what was signed.
    const exported = await clinic.exportChart(here.id);
    expect(exported.ok && exported.value.text).toContain(`"data":"${btoa('Cough for a week.')}"`);
  });

  test('[AM-6] [EN-8] a draft with a long paste is there again after locking, letter by letter', async () => {
    const pasted = Array.from({ length: 9_000 }, (_, i) => 'abcdefg hi\n'.charAt(i % 11)).join('');
    await type(here, (words) => words + pasted);
    here.close();
    await clinic.lock();
    clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    here = await opened(clinic);
    expect(textOf(here).words).toBe(`Cough for a week.${pasted}`);
    await type(here, (words) => `${words} End.`);
    await until(() => textOf(there).words.endsWith(' End.'));
    expect(textOf(there).words).toBe(textOf(here).words);
  });

  test('templates are the practice’s: kept, changed, put away and brought back', async () => {
    const { noteTemplates } = clinic.work;
    const template = { name: 'Cough', kind: '11506-3', text: 'Since:\nSputum:\n' };
    const id = mustBeOk(await noteTemplates.add(template));
    mustBeOk(await noteTemplates.change(id, { ...template, name: 'Cough, adult' }));
    expect(noteTemplates.all).toEqual([{ id, ...template, name: 'Cough, adult' }]);
    mustBeOk(await noteTemplates.putAway({ id, ...template }));
    expect(noteTemplates.all).toEqual([]);
    mustBeOk(await noteTemplates.change(id, template));
    await clinic.lock();
    clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    expect(clinic.work.noteTemplates.all).toEqual([{ id, ...template }]);
    expect(await clinic.work.noteTemplates.add({ ...template, text: 'x'.repeat(5_000) })).toMatchObject({ ok: false });
  });
});
