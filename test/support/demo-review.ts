/** What the demo's first chart has to review and to disclose: work set aside for each reason, a fork, rights given and ended. */
import { entryHash, opId, type EntryHash, type OpId, type PracticeId } from '../../src/base/ids.ts';
import { chartSections, type ChartSection } from '../../src/base/sections.ts';
import type { ForkRow, Person, PreviewChange, SetAsideRow, ShareRow } from '../../src/app/charts/chart-acts.ts';
import type { Authorship, HistoryRow } from '../../src/app/charts/chart-on-screen.ts';
import type { StoredResource } from '../../src/clinical/section-edit.ts';

const hash = (number: number): EntryHash => entryHash(new Uint8Array(32).fill(number));
const op = (number: number): OpId => opId(new Uint8Array(32).fill(number));
const noor: Person = { practiceName: 'Lakeside Cardiology', personName: 'Dr. Noor Haddad' };
const iris: Person = { practiceName: 'Corner Pharmacy', personName: 'Iris Blom' };
const ada: Person = { practiceName: 'Birchwood Family Practice', personName: 'Dr. Ada Lindqvist' };

type Resources = ReadonlyMap<ChartSection, ReadonlyMap<string, StoredResource>>;

export function demoAside(resources: Resources, lakeside: PracticeId, pharmacy: PracticeId): readonly SetAsideRow[] {
  const medication = firstKey(resources, 'medications', 'MedicationRequest/');
  const problem = firstKey(resources, 'problems', 'Condition/');
  const base = {
    ...noor,
    practice: lakeside,
    group: 'noor medications',
    section: 'medications' as const,
    entries: 1,
    reason: 'after-stop' as const,
    hidden: false,
    needs: [],
    canBeAdmitted: true,
  };
  const dose = (text: string): string => JSON.stringify({ dosageInstruction: [{ text }] });
  const change = (key: string, register: string, before: string | undefined, after: string): PreviewChange => ({
    key,
    register,
    label: labelOf(resources, key),
    before,
    after,
  });
  return [
    {
      ...base,
      id: hash(1),
      at: '2026-11-21T16:00:00Z',
      preview: [change(medication, 'dose', dose('1 tablet once daily'), dose('2 tablets once daily'))],
    },
    {
      ...base,
      id: hash(2),
      at: '2026-11-21T16:12:00Z',
      needs: [hash(1)],
      preview: [
        change(medication, 'dose', dose('1 tablet once daily'), dose('2 tablets twice daily')),
        {
          key: 'MedicationRequest/new',
          register: '',
          label: 'Furosemide 40 MG Oral Tablet',
          before: undefined,
          after: JSON.stringify({
            resourceType: 'MedicationRequest',
            id: 'new',
            status: 'active',
            intent: 'order',
            medicationCodeableConcept: { text: 'Furosemide 40 MG Oral Tablet' },
            dosageInstruction: [{ text: '1 tablet in the morning' }],
          }),
        },
      ],
    },
    {
      ...base,
      id: hash(3),
      group: 'noor problems',
      section: 'problems',
      at: '2026-11-21T16:20:00Z',
      preview: [
        change(
          problem,
          'status',
          JSON.stringify({ clinicalStatus: { coding: [{ code: 'active' }] } }),
          JSON.stringify({ clinicalStatus: { coding: [{ code: 'resolved' }] }, abatementDateTime: '2026-11-20' }),
        ),
      ],
    },
    {
      ...base,
      ...iris,
      practice: pharmacy,
      id: hash(4),
      group: 'iris medications',
      at: '2026-11-20T09:00:00Z',
      reason: 'waits-for-close',
      canBeAdmitted: false,
      preview: [change(medication, 'status', '{"status":"active"}', '{"status":"on-hold"}')],
    },
    {
      ...base,
      id: hash(5),
      group: 'noor vitals',
      section: 'vitals',
      at: '2026-11-19T09:00:00Z',
      entries: 12,
      preview: Array.from({ length: 9 }, (_, i) => ({
        key: `Observation/aside-${String(i)}`,
        register: 'value',
        label: 'Heart rate',
        before: undefined,
        after: JSON.stringify({ valueQuantity: { value: 60 + i, unit: '/min' } }),
      })),
    },
    {
      ...base,
      id: hash(6),
      at: '2026-11-18T11:00:00Z',
      reason: 'fork',
      canBeAdmitted: false,
      preview: [change(medication, 'dose', dose('1 tablet once daily'), dose('half a tablet once daily'))],
    },
    {
      ...base,
      id: hash(7),
      group: 'noor results',
      section: 'results',
      at: undefined,
      reason: 'missing',
      canBeAdmitted: false,
      preview: 'cannot-be-opened',
    },
  ];
}

export function demoForks(): readonly ForkRow[] {
  return [
    {
      ...noor,
      section: 'medications',
      chain: 'demo',
      seq: 12,
      settled: false,
      branches: [
        { hash: hash(8), at: '2026-11-18T10:40:00Z', entries: 3, stands: true },
        { hash: hash(6), at: '2026-11-18T11:00:00Z', entries: 1, stands: false },
      ],
    },
  ];
}

export function demoShares(lakeside: PracticeId, pharmacy: PracticeId): readonly ShareRow[] {
  const whole = chartSections.filter((section) => section !== 'administrative');
  const given = { grantedBy: ada, undone: false, practice: lakeside, practiceName: noor.practiceName };
  const past = ['identity', 'results'] as const;
  return [
    ...whole.map((section): ShareRow => ({
      ...given,
      grant: op(1),
      section,
      right: 'write',
      from: '2026-10-03T09:00:00Z',
    })),
    ...(['identity', 'allergies', 'medications'] as const).map((section): ShareRow => ({
      ...given,
      grant: op(2),
      practice: pharmacy,
      practiceName: iris.practiceName,
      section,
      right: 'read',
      from: '2026-10-03T09:00:00Z',
      until: '2027-01-31T00:00:00Z',
      // Stopped by somebody who lost the right to at the same time (OP-5.5).
      ...(section === 'medications' ? { stopInDoubt: 'place-lost' } : {}),
    })),
    ...past.map((section): ShareRow => ({
      ...given,
      grant: op(3),
      section,
      right: 'read',
      from: '2025-02-11T09:00:00Z',
      ended: '2025-06-30T15:00:00Z',
      endedBy: ada,
      endedAs: 'stopped',
    })),
    {
      ...given,
      grant: op(4),
      practice: pharmacy,
      practiceName: iris.practiceName,
      section: 'vitals',
      right: 'read',
      from: '2025-03-01T09:00:00Z',
      ended: '2025-03-02T10:00:00Z',
      undone: true,
    },
  ];
}

/** What Lakeside Cardiology gave us. */
export function demoReceived(us: PracticeId): readonly ShareRow[] {
  return (['identity', 'allergies', 'medications', 'problems'] as const).map((section) => ({
    grant: op(5),
    practice: us,
    practiceName: ada.practiceName,
    section,
    right: 'write',
    from: '2026-09-01T09:00:00Z',
    grantedBy: noor,
    undone: false,
  }));
}

/** Of one prescription: a value for each way a value can come in. */
export function demoHistory(resources: Resources, author: (own: boolean) => Authorship): readonly HistoryRow[] {
  const key = firstKey(resources, 'medications', 'MedicationRequest/');
  const base = resources.get('medications')?.get(key)?.base;
  if (base === undefined) return [];
  const dose = (text: string, by: HistoryRow['author']): HistoryRow => ({
    key,
    register: 'dose',
    json: JSON.stringify({ dosageInstruction: [{ text }] }),
    author: by,
  });
  const peer = { ...author(false), deviceName: 'Ward computer' };
  return [
    dose('1 tablet once daily', { ...author(true), at: '2026-11-20T10:00:00Z', deviceName: 'Front room' }),
    dose('2 tablets once daily', { ...peer, at: '2026-11-19T10:00:00Z', vouchedBy: true }),
    dose('1 tablet twice daily', {
      ...peer,
      at: '2026-11-18T12:20:00Z',
      admittedBy: ada,
      admittedAt: '2026-11-19T08:00:00Z',
      clockDoubt: 'ahead',
      clockOffMinutes: 118,
    }),
    { key, register: '', json: base, author: { ...author(true), at: '2026-10-01T08:00:00Z' } },
  ];
}

function firstKey(resources: Resources, section: ChartSection, prefix: string): string {
  const keys = [...(resources.get(section)?.keys() ?? [])];
  return keys.find((key) => key.startsWith(prefix)) ?? `${prefix}none`;
}

function labelOf(resources: Resources, key: string): string {
  for (const section of resources.values()) {
    const base = section.get(key)?.base;
    const text = base === undefined ? undefined : /"text":\s*"([^"]+)"/.exec(base)?.[1];
    if (text !== undefined) return text;
  }
  return key;
}
