/** A file with entries about somebody who is not in it: nothing of it is written before a person said that it goes without them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportAnswer } from '../../../src/app/patients/import-acts.ts';
import type { Session } from '../../../src/app/session.ts';
import { mustBeOk, mustHave, World } from '../support/world.ts';

const quiet = (): void => undefined;
const { signal } = new AbortController();

const condition = (id: string, patient: string) => ({
  resourceType: 'Condition',
  id,
  subject: { reference: `Patient/${patient}` },
  code: { text: `illness ${id}` },
});
const mixed = JSON.stringify([
  { resourceType: 'Patient', id: 'ada', name: [{ family: 'Okafor', given: ['Ada'] }], birthDate: '1961-04-02' },
  condition('hers', 'ada'),
  condition('of-somebody', 'nobody-here'),
]);
const clean = JSON.stringify([
  { resourceType: 'Patient', id: 'bo', name: [{ family: 'Berg', given: ['Bo'] }], birthDate: '1990-01-02' },
  condition('his', 'bo'),
]);

describe('a file with entries about somebody else', () => {
  let clinic: Session;
  const file = (name: string, text: () => string) => ({ name, text: () => Promise.resolve(text()) });
  const plan = () => clinic.planImport([file('mixed', () => mixed), file('clean', () => clean)], quiet, signal);
  const names = (): readonly string[] => clinic.charts.map(({ name }) => name);

  beforeEach(async () => {
    clinic = await (await World.start()).newPractice('alice');
  });

  afterEach(() => clinic.lock());

  test('is asked about: which entries, whom they name; and is left whole until it is answered, whatever else is taken', async () => {
    const planned = await plan();
    const [question, ada] = planned.items;
    expect(question?.outcome).toEqual({
      kind: 'about-others',
      entries: [
        {
          why: 'names-another',
          path: '[2]',
          type: 'Condition',
          label: 'illness of-somebody',
          names: 'Patient/nobody-here',
        },
      ],
    });
    expect(ada).toMatchObject({ outcome: { kind: 'new' }, asksFirst: question?.id });
    const answers = new Map<string, ImportAnswer>([[mustHave(ada?.id), 'apply']]);
    const outcome = await clinic.carryOutImport(planned, answers, quiet, signal);
    expect(names()).toEqual(['Bo Berg']);
    expect(outcome).toMatchObject({ skipped: [ada?.id], withoutOthers: [] });
  });

  test('goes without them once a person says so, and what was left out is in the outcome', async () => {
    const planned = await plan();
    const question = mustHave(planned.items[0]?.id);
    const outcome = await clinic.carryOutImport(planned, new Map([[question, 'apply']]), quiet, signal);
    expect(outcome).toMatchObject({ failed: [], skipped: [], withoutOthers: [question] });
    const ada = mustHave(clinic.charts.find(({ name }) => name === 'Ada Okafor'));
    const { text } = mustBeOk(await clinic.exportChart(ada.id));
    expect(text).toContain('illness hers');
    expect(text).not.toContain('of-somebody');
  });

  test('that says something else about others when its turn comes is not taken', async () => {
    let text = mixed;
    const planned = await clinic.planImport([file('mixed', () => text)], quiet, signal);
    // Another plan has the first one's files read again.
    await clinic.planImport([file('clean', () => clean)], quiet, signal);
    text = mixed.replace('nobody-here', 'another-one');
    const answers = new Map<string, ImportAnswer>([[mustHave(planned.items[0]?.id), 'apply']]);
    const outcome = await clinic.carryOutImport(planned, answers, quiet, signal);
    expect(outcome.failed).toMatchObject([{ reason: 'file-changed' }]);
    expect(names()).toEqual([]);
  });
});
