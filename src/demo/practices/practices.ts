/**
 * The three practices of the demonstration, made the way people make them: founded, met by an invitation, charts imported and shared by
 * section, and a few written in by both sides while they could not reach each other, so that there is something to settle. All keys
 * are drawn afresh at each start; the patients are the same for the same seed and day.
 */
import type { ChartSection } from '../../base/sections.ts';
import type { ChartId } from '../../base/ids.ts';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import type { Session } from '../../app/session.ts';
import { changeDose, doseToType } from '../../clinical/edits/medication.ts';
import { ChartRecord } from '../../clinical/record.ts';
import { Chance } from '../patients/chance.ts';
import { dayOf } from '../patients/days.ts';
import { recordNumber } from '../patients/patient.ts';
import { madePatients, type PatientFile } from '../patients/patients.ts';
import { resultResources } from '../patients/results.ts';
import { fillTheDay } from './day.ts';
import { mustBe, openDesk, until, type Desk } from './desk.ts';

export const practiceNames = ['clinic', 'pharmacy', 'laboratory'] as const;
export type PracticeName = (typeof practiceNames)[number];

export interface DemoPractice extends Desk {
  readonly name: PracticeName;
}

export interface PracticesAsked {
  readonly seed: string;
  /** Of the clinic; the others have few of their own. */
  readonly patients: number;
  /** ISO date. */
  readonly today: string;
  readonly relays: readonly string[];
  /** Where each practice's page is served. */
  readonly addresses: Readonly<Record<PracticeName, string>>;
  /** What is going on, and how far it is. */
  readonly told: (what: string, done?: number, total?: number) => void;
}

const words = {
  clinic: {
    practiceName: 'Sample Hill Family Clinic',
    personName: 'Dr. Sage Examplewood',
    deviceName: 'Consulting room',
  },
  pharmacy: { practiceName: 'Mock Street Pharmacy', personName: 'Hazel Trialford', deviceName: 'Counter' },
  laboratory: { practiceName: 'Demo Valley Laboratory', personName: 'Dr. Flint Proxymere', deviceName: 'Bench' },
} as const;

const ownPatientsOfOthers = 6;
/** Beyond this one has seen it. */
const mostShared = 24;
const disputed = 3;

export async function foundPractices(asked: PracticesAsked): Promise<readonly DemoPractice[]> {
  const { seed, today, relays, addresses, told } = asked;
  told('Founding three practices …');
  const desks = await Promise.all(
    practiceNames.map(async (name) => ({ name, ...(await openDesk(words[name], relays, addresses[name])) })),
  );
  const [clinic, pharmacy, laboratory] = desks;
  if (clinic === undefined || pharmacy === undefined || laboratory === undefined)
    throw new Error('there are three desks');
  await meet(clinic.session, pharmacy.session);
  await meet(clinic.session, laboratory.session);
  await meet(pharmacy.session, laboratory.session);

  const patients = [...madePatients({ seed, today, howMany: asked.patients })];
  const registering = `Registering ${patients.length} made-up patients …`;
  told(registering);
  await importInto(clinic.session, patients, (done, total) => told(registering, done, total));
  for (const { name, session } of [pharmacy, laboratory])
    await importInto(session, [...madePatients({ seed: `${seed}/${name}`, today, howMany: ownPatientsOfOthers })]);

  told('Sharing charts …');
  const medicated = patients.filter(isOrdered).slice(0, mostShared);
  const tested = patients.filter(isTested).slice(0, mostShared);
  await shareAll(clinic.session, pharmacy.session, medicated, ['medications', 'allergies']);
  await shareAll(clinic.session, laboratory.session, tested, ['results']);

  told('Writing on both sides …');
  await disagree(clinic.session, pharmacy.session, medicated.slice(0, disputed));
  await writeAfterTheEnd(clinic.session, pharmacy.session, medicated[disputed]);
  await reportFrom(laboratory.session, clinic.session, tested.slice(0, 2), today);
  const charts = patients.map((file) => chartOf(clinic.session, file));
  await fillTheDay(clinic.session, charts, today);
  return desks;
}

async function meet(host: Session, guest: Session): Promise<void> {
  const { link } = mustBe(await host.createInvitation());
  mustBe(await guest.acceptInvitation(link, new AbortController().signal));
  const knows = (one: Session, other: Session): boolean => one.peers.some(({ id }) => id === other.practice.id);
  await until('practices that met know each other', () => knows(host, guest) && knows(guest, host));
  await host.confirmSafetyPhrase(guest.practice.id);
  await guest.confirmSafetyPhrase(host.practice.id);
}

async function importInto(
  session: Session,
  patients: readonly PatientFile[],
  far: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const files = patients.map(({ name, text }) => ({ name, text: () => Promise.resolve(text) }));
  const { signal } = new AbortController();
  const quiet = (): void => undefined;
  const plan = await session.planImport(files, quiet, signal);
  // Who was registered twice is to be found by whoever looks.
  const answers = new Map(
    plan.items.map(({ id, outcome }) => [id, outcome.kind === 'same-person' ? 'new-chart' : 'apply'] as const),
  );
  const { failed, written } = await session.carryOutImport(
    plan,
    answers,
    ({ fileNumber, files }) => far(fileNumber, files),
    signal,
  );
  if (failed.length > 0 || written.length !== patients.length)
    throw new Error(`the demonstration's patients were not all taken in: ${written.length} of ${patients.length}`);
}

async function shareAll(
  from: Session,
  to: Session,
  patients: readonly PatientFile[],
  sections: readonly ChartSection[],
): Promise<void> {
  const charts = patients.map((file) => chartOf(from, file));
  for (const chart of charts) mustBe(await from.share(chart, to.practice.id, sections, 'write'));
  await until('shared charts arrive', () => charts.every((chart) => to.charts.some(({ id }) => id === chart)));
}

/** Both change one dose while the other cannot hear of it. */
async function disagree(clinic: Session, pharmacy: Session, patients: readonly PatientFile[]): Promise<void> {
  await setSharing(pharmacy, false);
  for (const file of patients) {
    const chart = chartOf(clinic, file);
    await withChart(clinic, chart, (open) => changeFirstDose(open, 2, 'every morning'));
    await withChart(pharmacy, chart, (open) => changeFirstDose(open, 0.5, 'every evening'));
  }
  await setSharing(pharmacy, true);
  await until('both sides see what is not settled', () =>
    [clinic, pharmacy].every((session) =>
      patients.every((file) => (summaryOf(session, chartOf(clinic, file))?.unsettledConflicts ?? 0) > 0),
    ),
  );
}

/** The clinic ends a share while the pharmacy, out of reach, still writes: that is set aside. */
async function writeAfterTheEnd(clinic: Session, pharmacy: Session, file: PatientFile | undefined): Promise<void> {
  if (file === undefined) return;
  const chart = chartOf(clinic, file);
  await setSharing(pharmacy, false);
  await withChart(pharmacy, chart, (open) => changeFirstDose(open, 1.5, 'at noon'));
  mustBe(await clinic.stopSharing(chart, pharmacy.practice.id, 'all'));
  await setSharing(pharmacy, true);
  await until('what came after the end is set aside', () => (summaryOf(clinic, chart)?.setAside ?? 0) > 0);
}

/** Results that the laboratory writes into the clinic's charts, one of them to telephone about. */
async function reportFrom(
  laboratory: Session,
  clinic: Session,
  patients: readonly PatientFile[],
  today: string,
): Promise<void> {
  for (const [i, file] of patients.entries()) {
    const chart = chartOf(clinic, file);
    const id = `demo-lab-${i}`;
    const sample = {
      id,
      day: dayOf(today) - 1,
      panel: 'kidney',
      problems: [],
      ...(i === 0 ? { critical: true as const } : {}),
    };
    await withChart(laboratory, chart, async (open) => {
      const patient = recordOf(open).resources.find(({ type }) => type === 'Patient');
      const subject = { reference: patient?.key ?? 'Patient/unknown' };
      const edits = resultResources(subject, sample, new Chance(id)).map((resource) => ({
        kind: 'create' as const,
        key: `${resource.resourceType}/${resource.id}`,
        base: JSON.stringify(resource),
      }));
      mustBe(await open.edit('results', edits));
    });
    await withChart(clinic, chart, (open) =>
      until('the laboratory’s results arrive', () =>
        recordOf(open).resources.some(({ key }) => key === `Observation/${id}-0`),
      ),
    );
  }
}

async function changeFirstDose(open: OpenChart, factor: number, timing: string): Promise<void> {
  const order = recordOf(open)
    .ofTypes('MedicationRequest')
    .find(({ json }) => json['status'] === 'active');
  if (order === undefined) throw new Error('a chart that was chosen for its orders has one');
  const { amount = '', unit = '' } = doseToType(order);
  const act = {
    id: crypto.randomUUID(),
    now: new Date().toISOString(),
    patientKey: '',
    authorName: '',
    record: recordOf(open),
  };
  const typed = { amount: String(Number(amount) * factor), unit, timing, override: 'Known for years' };
  const outcome = changeDose(act, order, typed);
  if (outcome.kind !== 'edits') throw new Error('a dose of the demonstration can be typed');
  mustBe(await open.edit(outcome.section, outcome.edits));
}

async function withChart(session: Session, chart: ChartId, act: (open: OpenChart) => Promise<void>): Promise<void> {
  const open = mustBe(await session.openChart(chart));
  try {
    await act(open);
  } finally {
    open.close();
  }
}

function recordOf(open: OpenChart): ChartRecord {
  return new ChartRecord(open.sections);
}

async function setSharing(session: Session, sharing: boolean): Promise<void> {
  mustBe(await session.updateSettings({ sharing }));
}

function summaryOf(session: Session, chart: ChartId) {
  return session.charts.find(({ id }) => id === chart);
}

function chartOf(session: Session, { patient }: PatientFile): ChartId {
  const number = recordNumber(patient.number);
  const found = session.charts.find(({ identifier, own }) => own && identifier === number);
  if (found === undefined) throw new Error(`the demonstration's patient ${number} is in the list`);
  return found.id;
}

function isOrdered({ patient }: PatientFile): boolean {
  return patient.resources.some(
    (resource) => resource.resourceType === 'MedicationRequest' && resource['status'] === 'active',
  );
}

function isTested({ patient }: PatientFile): boolean {
  return patient.resources.some(({ resourceType }) => resourceType === 'DiagnosticReport');
}
