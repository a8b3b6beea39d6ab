/** Whom a file's patient may be: asked before anything is written, and quick among ten thousand. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChartIndex, type IndexedChart } from '../../../src/app/patients/chart-index.ts';
import { ImportMatching } from '../../../src/app/patients/import-matching.ts';
import type { SealedRecords } from '../../../src/app/sealed-records.ts';
import type { ImportAnswer, ImportItem } from '../../../src/app/patients/import-acts.ts';
import type { Session } from '../../../src/app/session.ts';
import { Turns } from '../../../src/app/turns.ts';
import { chartId, practiceId } from '../../../src/base/ids.ts';
import type { PersonDescription } from '../../../src/clinical/matching/person.ts';
import { Chance } from '../../../src/demo/patients/chance.ts';
import { givenNames, surname } from '../../../src/demo/patients/names.ts';
import { listedChart } from '../../support/listed-chart.ts';
import { importText, mustBeOk, mustHave, until, World } from '../support/world.ts';

const quiet = (): void => undefined;
const { signal } = new AbortController();

interface Told {
  readonly id: string;
  readonly given?: string;
  readonly family?: string;
  readonly birthDate?: string;
  readonly phone?: string;
  readonly number?: string;
}

const patient = ({ id, given = 'Ada', family = 'Okafor', birthDate = '1961-04-02', phone, number }: Told): string =>
  JSON.stringify([
    {
      resourceType: 'Patient',
      id,
      name: [{ family, given: [given] }],
      birthDate,
      ...(phone === undefined ? {} : { telecom: [{ system: 'phone', value: phone }] }),
      ...(number === undefined ? {} : { identifier: [{ system: 'urn:insurance', value: number }] }),
    },
    { resourceType: 'Condition', id: `c-${id}`, subject: { reference: `Patient/${id}` }, code: { text: `of ${id}` } },
  ]);

const planOf = (clinic: Session, ...texts: readonly string[]) =>
  clinic.planImport(
    texts.map((text, i) => ({ name: `${String(i)}.json`, text: () => Promise.resolve(text) })),
    quiet,
    signal,
  );
const candidatesOf = (item: ImportItem | undefined) =>
  item?.outcome.kind === 'same-person' ? item.outcome.candidates : [];

describe('a patient of a file', () => {
  let clinic: Session;

  beforeEach(async () => {
    clinic = await (await World.start()).newPractice('alice');
    await importText(clinic, patient({ id: 'one', phone: '+1 (555) 010-4477', number: 'K-4711' }));
  });

  afterEach(() => clinic.lock());

  test.each([
    ['a slip in the name', { family: 'Okafo' }, ['same-given-name', 'family-name-one-letter-off', 'same-birth-date']],
    ['day and month swapped', { birthDate: '1961-02-04' }, ['same-name', 'birth-date-day-and-month-swapped']],
    ['another family name, the same telephone', { family: 'Berg', phone: '555 010 4477' }, ['same-phone']],
    ['the same number, no birth date', { birthDate: '', number: 'K-4711' }, ['same-identifier']],
  ])('%s: somebody who is here is asked about, and why is said', async (_, told, reasons) => {
    const plan = await planOf(clinic, patient({ id: 'two', ...told }));
    const [candidate] = candidatesOf(plan.items[0]);
    expect(candidate).toMatchObject({ name: 'Ada Okafor', birthDate: '1961-04-02' });
    expect(candidate?.reasons).toEqual(expect.arrayContaining(reasons));
    const untouched = await clinic.carryOutImport(plan, new Map(), quiet, signal);
    expect([untouched.written, untouched.skipped]).toEqual([[], ['0/0']]);
    expect(clinic.charts.length).toBe(1);
  });

  test('taking everything is no answer to who it is: nothing is written into the chart of somebody else', async () => {
    const plan = await planOf(clinic, patient({ id: 'two', family: 'Okafo' }));
    const { written } = await clinic.carryOutImport(plan, new Map([['0/0', 'apply']]), quiet, signal);
    expect(written).toEqual([]);
    expect(clinic.charts.length).toBe(1);
  });

  test('[EN-9] the same person: what the file holds is read with the chart that is here, and taken apart again', async () => {
    const [here] = clinic.charts;
    const plan = await planOf(clinic, patient({ id: 'two', family: 'Okafo' }));
    const answers = new Map<string, ImportAnswer>([['0/0', { sameAs: 0 }]]);
    const { written, failed } = await clinic.carryOutImport(plan, answers, quiet, signal);
    expect(failed).toEqual([]);
    const made = mustHave(written[0]).chart;
    expect(clinic.merges.of(made)).toEqual([here?.id, made]);
    expect(clinic.patients.length).toBe(1);
    const chart = mustBeOk(await clinic.openChart(made));
    expect([...(chart.sections.get('problems')?.resources.keys() ?? [])].length).toBe(2);
    chart.close();
    mustBeOk(await clinic.merges.undo(mustHave(here).id, made));
    expect(clinic.patients.length).toBe(2);
  });

  test('two files of one person in one import are asked about, and become one patient if they are', async () => {
    const twice = [
      patient({ id: 'x', given: 'Bruno', family: 'Lindqvist', birthDate: '1975-10-30' }),
      patient({ id: 'y', given: 'Bruno', family: 'Lindquist', birthDate: '1975-10-30' }),
    ];
    const plan = await planOf(clinic, ...twice);
    expect(plan.items.map(({ outcome }) => outcome.kind)).toEqual(['new', 'same-person']);
    expect(candidatesOf(plan.items[1])).toMatchObject([{ item: '0/0', file: '0.json', name: 'Bruno Lindqvist' }]);
    const answers = new Map<string, ImportAnswer>([['1/0', { sameAs: 0 }]]);
    const { written, failed } = await clinic.carryOutImport(plan, answers, quiet, signal);
    expect(failed).toEqual([]);
    expect(clinic.merges.of(mustHave(written[1]).chart)[0]).toBe(mustHave(written[0]).chart);
    expect(clinic.patients.length).toBe(2);
  });

  test('the same person as one who was left out: the chart is made, and it is said that it was merged with nobody', async () => {
    const twice = [
      patient({ id: 'x', given: 'Bruno', family: 'Lindqvist', birthDate: '1975-10-30' }),
      patient({ id: 'y', given: 'Bruno', family: 'Lindquist', birthDate: '1975-10-30' }),
    ];
    const answers = new Map<string, ImportAnswer>([
      ['0/0', 'skip'],
      ['1/0', { sameAs: 0 }],
    ]);
    const outcome = await clinic.carryOutImport(await planOf(clinic, ...twice), answers, quiet, signal);
    expect(outcome).toMatchObject({ written: [], failed: [{ item: '1/0', reason: 'other-left-out' }] });
    expect(clinic.charts.map(({ name }) => name)).toContain('Bruno Lindquist');
  });

  test('of two whose charts are merged the one that leads is asked about, once', async () => {
    await importText(clinic, patient({ id: 'two' }));
    const [leading, other] = clinic.charts.map(({ id }) => id);
    mustBeOk(await clinic.merges.merge(mustHave(leading), mustHave(other)));
    const plan = await planOf(clinic, patient({ id: 'three' }));
    expect(candidatesOf(plan.items[0]).map((one) => ('chart' in one ? one.chart : ''))).toEqual([leading]);
  });

  test('somebody alike who came after the plan was made is asked about first', async () => {
    const plan = await planOf(
      clinic,
      patient({ id: 'x', given: 'Bruno', family: 'Lindqvist', birthDate: '1975-10-30' }),
    );
    await importText(clinic, patient({ id: 'y', given: 'Bruno', family: 'Lindquist', birthDate: '1975-10-30' }));
    const { written, failed } = await clinic.carryOutImport(plan, new Map(), quiet, signal);
    expect([written, failed]).toEqual([[], [{ item: '0/0', reason: 'alike-meanwhile' }]]);
    await until(() => clinic.charts.length === 2);
  });
});

describe('three hundred files into ten thousand patients', () => {
  const chance = new Chance('import');
  const ours = practiceId(new Uint8Array(32).fill(7));

  /** Of some five thousand names: far more alike than those of real people. */
  function somebody(): Required<Pick<PersonDescription, 'given' | 'family' | 'birthDate' | 'sex'>> {
    const sex = chance.pick(['female', 'male'] as const);
    const day = (length: number, most: number) => String(chance.whole(1, most)).padStart(length, '0');
    const birthDate = `${String(chance.whole(1930, 2020))}-${day(2, 12)}-${day(2, 28)}`;
    return { given: givenNames(chance, sex).join(' '), family: surname(chance), birthDate, sex };
  }

  function listed(i: number): IndexedChart {
    const person = somebody();
    return listedChart({
      id: chartId(new Uint8Array(32).with(0, i >> 8).with(1, i & 255)),
      custodian: ours,
      name: `${person.given} ${person.family}`,
      birthDate: person.birthDate,
      person,
      patientKey: `Patient/${String(i)}`,
    });
  }

  test('each file is compared with a few dozen of them, and everybody with a slip is found', async () => {
    const charts = Array.from({ length: 10_000 }, (_, i) => listed(i));
    const records: Pick<SealedRecords, 'readAll'> = { readAll: () => Promise.resolve(charts as never) };
    const index = await ChartIndex.open(records as SealedRecords);
    const matching = new ImportMatching(index, (chart) => chart);
    await matching.fill(new Turns({ clock: { nowMs: () => 0 }, pause: () => Promise.resolve() }));
    expect(matching.compared).toBe(0);
    let asked = 0;
    for (let file = 0; file < 300; file++) {
      const known = file % 3 === 0 ? charts[file * 30] : undefined;
      const person =
        known?.person === undefined
          ? somebody()
          : { ...known.person, family: (known.person.family ?? '').slice(0, -1) };
      const candidates = matching.candidates(person);
      if (known === undefined) asked += candidates.length === 0 ? 0 : 1;
      else
        expect(
          candidates.some((one) => 'chart' in one && one.chart === known.id),
          known.name,
        ).toBe(true);
      matching.expect({ item: String(file), file: '', name: '' }, person);
    }
    matching.close();
    const each = matching.compared / 300;
    process.stdout.write(
      `compared with ${each.toFixed(0)} a file; of 200 strangers ${String(asked)} were asked about\n`,
    );
    expect(each).toBeLessThan(100);
    // With some five thousand names for ten thousand people, many have a namesake born nearly when they were.
    expect(asked).toBeLessThan(60);
  });
});
