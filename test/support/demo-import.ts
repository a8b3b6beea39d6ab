/** An import plan with one of each outcome, for looking at and testing the import page. Tests only. */
import type { ChartId } from '../../src/base/ids.ts';
import type {
  ImportAnswer,
  ImportItem,
  ImportOutcome,
  ImportPlan,
  ImportProgress,
} from '../../src/app/patients/import-acts.ts';

export function demoImportPlan(chart: ChartId, fresh = 12): ImportPlan {
  const news = Array.from({ length: fresh }, (_, i): ImportItem => ({
    id: `new-${String(i)}`,
    file: `patient-${String(i)}.json`,
    patientName: `Mira Example ${String(i)}`,
    birthDate: `19${String(40 + i)}-03-05`,
    resources: 300 + i * 37,
    outcome: { kind: 'new' },
  }));
  return {
    items: [
      ...news,
      item('changed-1', 'Lisa Jensen', {
        kind: 'changed',
        chart,
        changes: [
          { key: 'MedicationRequest/1', kind: 'changed', label: 'Lisinopril: dose', before: '10 mg', after: '20 mg' },
          { key: 'Observation/2', kind: 'added', label: 'Blood pressure 138/82 mmHg, 5 Mar 2026' },
          { key: 'Condition/3', kind: 'missing-in-file', label: 'Seasonal rhinitis' },
        ],
      }),
      item('changed-2', 'Omar Haddad', {
        kind: 'changed',
        chart,
        changes: Array.from({ length: 14 }, (_, i) => ({
          key: `Observation/${String(i)}`,
          kind: 'added' as const,
          label: `Heart rate ${String(60 + i)} /min`,
        })),
      }),
      item('same-1', 'Jonas Weiß', {
        kind: 'same-person',
        candidates: [
          {
            chart,
            name: 'Jonas Weiss',
            birthDate: '1968-11-02',
            sex: 'male',
            reasons: ['same-given-name', 'family-name-one-letter-off', 'same-birth-date'],
          },
          { item: 'new-0', file: 'patient-0.json', name: 'Jonas Wise', reasons: ['same-given-name', 'same-phone'] },
        ],
      }),
      item('same-file', 'Ada Moreau', { kind: 'unchanged', chart }),
      {
        ...item('bad-1', '', {
          kind: 'bad',
          reason: 'not-json',
          where: 'line 812, column 14, at entry[41].resource.code',
        }),
        file: 'export-broken.json',
      },
      {
        ...item('others-1', '', {
          kind: 'about-others',
          entries: [
            {
              why: 'names-another',
              path: 'entry[12].resource',
              type: 'Condition',
              label: 'Asthma',
              names: 'Jane Roe (Patient/7)',
            },
            { why: 'belongs-to-such', path: 'entry[14].resource', type: 'Provenance', label: 'Provenance', names: '' },
          ],
        }),
        file: 'two-families.json',
      },
      { ...item('new-of-two', 'Mira Two', { kind: 'new' }), file: 'two-families.json', asksFirst: 'others-1' },
    ],
  };
}

function item(id: string, patientName: string, outcome: ImportItem['outcome']): ImportItem {
  return { id, file: `${id}.json`, patientName, birthDate: '1968-11-02', resources: 412, outcome };
}

const files = 12;
const steps = 60;

/** Counts up, and stops when told to; `endless`, then alone. */
export async function demoSteps(
  phase: ImportProgress['phase'],
  progress: (p: ImportProgress) => void,
  signal: AbortSignal,
  endless = false,
): Promise<void> {
  for (let step = 0; (step <= steps || endless) && !signal.aborted; step++) {
    const fileNumber = Math.min(files, 1 + Math.floor(step / 5));
    progress({
      phase,
      file: `patient-${String(fileNumber)}.json`,
      fileNumber,
      files,
      resourcesDone: Math.min(step, steps) * 100,
      resourcesTotal: steps * 100,
    });
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export function demoOutcome(
  plan: ImportPlan,
  answers: ReadonlyMap<string, ImportAnswer>,
  chart: ChartId,
  signal: AbortSignal,
): ImportOutcome {
  const taken = plan.items.filter(
    ({ id, asksFirst, outcome }) =>
      outcome.kind !== 'about-others' &&
      (asksFirst === undefined || answers.get(asksFirst) === 'apply') &&
      answers.get(id) !== undefined &&
      answers.get(id) !== 'skip',
  );
  const stopped = signal.aborted ? taken.slice(3) : [];
  return {
    written: taken
      .filter((each) => !stopped.includes(each))
      .map(({ id, resources }) => ({ item: id, chart, resources })),
    failed: stopped.map(({ id }) => ({ item: id, reason: 'cancelled' as const })),
    skipped: plan.items.filter(({ id }) => answers.get(id) === 'skip').map(({ id }) => id),
    withoutOthers: plan.items
      .filter(({ id, outcome }) => outcome.kind === 'about-others' && answers.get(id) === 'apply')
      .map(({ id }) => id),
  };
}
