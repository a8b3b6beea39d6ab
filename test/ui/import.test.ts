import { describe, expect, test } from 'vitest';
import type { ImportAnswer, ImportPlan, ImportProgress } from '../../src/app/patients/import-acts.ts';
import type { Session } from '../../src/app/session.ts';
import { readBundle } from '../../src/clinical/bundle.ts';
import { ImportRun, importRunOf, planInNumbers } from '../../src/ui/import/import-run.ts';
import {
  aboutOtherInWords,
  pathOf,
  refusalWords,
  whereInWords,
  wordsOfRefusal,
  writeFailureWords,
} from '../../src/ui/import/words.ts';
import { demoImportPlan } from '../support/demo-import.ts';
import { DemoSession } from '../support/demo-session.ts';

const files = [{ name: 'a.json', text: () => Promise.resolve('{}') }];
const progress: ImportProgress = {
  phase: 'reading',
  file: 'a.json',
  fileNumber: 1,
  files: 1,
  resourcesDone: 10,
  resourcesTotal: 20,
};

/** A session whose import does at once what the test says. */
function sessionWith(acts: Partial<Pick<Session, 'planImport' | 'carryOutImport'>>): DemoSession {
  return Object.assign(new DemoSession(), acts);
}

function planned(): ImportPlan {
  const session = new DemoSession();
  session.addMany(1);
  const [chart] = session.charts;
  if (chart === undefined) throw new Error('one was added');
  return demoImportPlan(chart.id, 2);
}

async function readRun(plan: ImportPlan): Promise<{ run: ImportRun; taken: Map<string, ImportAnswer> }> {
  const taken = new Map<string, ImportAnswer>();
  const session = sessionWith({
    planImport: async () => plan,
    carryOutImport: async (_plan, answers) => {
      for (const [item, answer] of answers) taken.set(item, answer);
      return { written: [], failed: [], skipped: [], withoutOthers: [] };
    },
  });
  const run = importRunOf(session);
  await run.read(files);
  return { run, taken };
}

describe('an import', () => {
  test('new patients are taken; whatever touches a chart that is here is left unless a person says so', async () => {
    const { run, taken } = await readRun(planned());
    run.answer(['changed-1'], 'apply');
    await run.carryOut();
    expect(Object.fromEntries(taken)).toEqual({
      'new-0': 'apply',
      'new-1': 'apply',
      'changed-1': 'apply',
      'changed-2': 'skip',
      'same-1': 'skip',
      'same-file': 'skip',
      'bad-1': 'skip',
      'others-1': 'skip',
      'new-of-two': 'apply',
    });
  });

  test('what would be written is counted with the answers given so far', () => {
    const plan = planned();
    expect(planInNumbers(plan, new Map())).toMatchObject({ toWrite: 2, unanswered: 4 });
    const answers = new Map([['same-1', 'new-chart'] as const, ['changed-1', 'skip'] as const]);
    expect(planInNumbers(plan, answers)).toMatchObject({ toWrite: 3, unanswered: 2 });
  });

  test('a patient of a file that holds entries about others counts once it is said that it goes without them', () => {
    const without = new Map([['others-1', 'apply'] as const]);
    expect(planInNumbers(planned(), without)).toMatchObject({ toWrite: 3, unanswered: 3 });
    const left = new Map([['others-1', 'skip'] as const, ['new-of-two', 'apply'] as const]);
    expect(planInNumbers(planned(), left)).toMatchObject({ toWrite: 2, unanswered: 3 });
  });

  test('an entry about somebody else is told by what it is, whom it names and where it stands', () => {
    const path = 'entry[2].resource';
    expect(
      aboutOtherInWords({
        why: 'names-another',
        path,
        type: 'Condition',
        label: 'Asthma',
        names: 'Jane Roe (Patient/7)',
      }),
    ).toBe('Asthma (problem), names Jane Roe (Patient/7), entry 3 of the Bundle');
    expect(
      aboutOtherInWords({ why: 'belongs-to-such', path: 'line 4', type: 'Provenance', label: 'Provenance', names: '' }),
    ).toBe('Provenance, belongs to such an entry, line 4');
    const nobody = {
      why: 'names-nobody',
      path: 'Device.ndjson, line 2',
      type: 'Device',
      label: 'Pump',
      names: '',
    } as const;
    expect(aboutOtherInWords(nobody)).toBe('Pump (device), names no patient, Device.ndjson, line 2');
  });

  test('an answer can be taken back', async () => {
    const { run, taken } = await readRun(planned());
    run.answer(['same-1'], 'new-chart');
    run.answer(['same-1'], undefined);
    await run.carryOut();
    expect(taken.get('same-1')).toBe('skip');
  });

  test('a reading that was stopped leads back to choosing, whether the session returns or throws', async () => {
    for (const end of ['returns', 'throws']) {
      const session = sessionWith({
        planImport: async (_files, tell, signal) => {
          tell(progress);
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          if (end === 'throws') throw new Error('aborted');
          return { items: [] };
        },
      });
      const run = new ImportRun(session);
      const reading = run.read(files);
      expect(run.stage).toMatchObject({ kind: 'reading', progress });
      run.cancel();
      expect(run.stage).toMatchObject({ kind: 'reading', stopping: true });
      await reading;
      expect(run.stage).toEqual({ kind: 'choosing' });
    }
  });

  test('a second choice of files does not disturb a running one', async () => {
    let calls = 0;
    const session = sessionWith({
      planImport: async (_files, _tell, signal) => {
        calls++;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { items: [] };
      },
    });
    const run = new ImportRun(session);
    const reading = run.read(files);
    await run.read(files);
    run.cancel();
    await reading;
    expect(calls).toBe(1);
  });

  test('one session has one import, which outlives the page', () => {
    const session = new DemoSession();
    expect(importRunOf(session)).toBe(importRunOf(session));
    expect(importRunOf(new DemoSession())).not.toBe(importRunOf(session));
  });

  test('whoever comes back to the page after an import chooses files, and may look at the last result again', async () => {
    const { run } = await readRun(planned());
    run.leave();
    expect(run.stage.kind, 'a plan is not lost by leaving').toBe('planned');
    await run.carryOut();
    const done = run.stage;
    expect(done.kind).toBe('done');
    run.leave();
    expect(run.stage).toEqual({ kind: 'choosing', last: done });
    run.showLast();
    expect(run.stage).toBe(done);
    run.startOver();
    run.showLast();
    expect(run.stage).toEqual({ kind: 'choosing' });
  });

  test('a failure of writing says what is safe', async () => {
    const session = sessionWith({
      planImport: async () => planned(),
      carryOutImport: () => Promise.reject(new Error('disk')),
    });
    const run = new ImportRun(session);
    await run.read(files);
    await run.carryOut();
    expect(run.stage).toEqual({ kind: 'failed', during: 'writing' });
  });
});

describe('a file that cannot be taken', () => {
  test('every reason has words that say what is wrong and what to do', () => {
    for (const { wrong, todo } of Object.values(refusalWords)) {
      expect(wrong).toMatch(/\.$/);
      expect(todo).toMatch(/\.$/);
    }
    expect(wordsOfRefusal('no such reason').wrong).toBe('This file could not be read.');
  });

  test('where it is wrong is said as people count, with the path beside it', async () => {
    const refused = await readBundle('{"resourceType":"Bundle","type":"collection",\n"entry":[{"resource":{"id" 3}}]}');
    expect(refused.ok).toBe(false);
    if (refused.ok) return;
    const where = refused.detail ?? '';
    expect(whereInWords(where)).toMatch(/^line 2, column \d+, in entry 1 of the Bundle$/);
    expect(pathOf(where)).toBe('entry[0].resource.id');
    expect(whereInWords('entry[12].resource.subject')).toBe('entry 13 of the Bundle');
    expect(whereInWords('the whole file')).toBe('');
  });

  test('a patient that was not written is never called imported', () => {
    for (const reason of ['storage-full', 'storage', 'too-large', 'closed', 'clock', 'cancelled'] as const) {
      expect(writeFailureWords(reason)).toMatch(/^(Not imported|Stopped)/);
    }
  });
});
