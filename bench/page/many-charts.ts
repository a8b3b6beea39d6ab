/**
 * A practice with thousands of charts, each shared with another practice: written by the product's own builders, sealing and
 * store into this browser's profile, some hundreds of charts a commit, and then unlocked like any other.
 */
import { openDoor } from '../../src/app/browser.ts';
import { createPractice } from '../../src/app/door/create-practice.ts';
import { selfFromJson, selfKey, type DeviceSelf } from '../../src/app/device-self.ts';
import type { Ports } from '../../src/app/ports.ts';
import { SealedRecords } from '../../src/app/sealed-records.ts';
import type { Session } from '../../src/app/session.ts';
import { addDevice, makeRoster } from '../../src/access/roster-builders.ts';
import { resolveRoster, type RosterState } from '../../src/access/roster.ts';
import type { VerifiedRosterOp } from '../../src/access/verify-operation.ts';
import type { DeviceId, PracticeId } from '../../src/base/ids.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import { boxKeysFromSeed, generateBoxKeys } from '../../src/crypto/box.ts';
import { generatePhrase } from '../../src/crypto/recovery-phrase.ts';
import { generateSignKeys } from '../../src/crypto/sign.ts';
import { RosterBook, storedRosterOp } from '../../src/replica/roster-book.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import type { Store } from '../../src/store/store.ts';
import { inProcess } from '../../src/worker/in-process.ts';
import { nextTask } from '../../src/worker/next-task.ts';
import { patient, writing } from '../chart-content.ts';
import { random, writeCharts } from './generated-charts.ts';
import { mustBeOk, mustHave, passphrase } from './practice.ts';

/** What the other practice may write; each of them has a key, and the first two have content. */
export const sharedSections = ['identity', 'demographics', 'allergies', 'medications', 'problems'] as const;

let session: Session | undefined;
let peer: PracticeId | undefined;
let second: DeviceId | undefined;

/**
 * Sharing is on, so that every shared chart is loaded and resolved as for answering peers; there is no relay, so that nothing
 * is sent while it is measured.
 */
export async function prepare(charts: number): Promise<void> {
  const { store, records, self, own } = await emptyPractice();
  const others = await otherPractice();
  const colleague = generateSignKeys(random);
  const added = mustBeOk(
    await addDevice(
      own,
      self.sign,
      {
        signKeys: colleague,
        boxKey: generateBoxKeys(random).publicKey,
        role: 'clinician',
        rank: 2,
        label: new Uint8Array(),
      },
      Date.now(),
    ),
  );
  const roster = mustResolve([...own.ops, added]);
  mustBeOk(await store.commit({ ops: [added, ...others.ops].map(storedRosterOp) }));
  const rosterOf = (practice: PracticeId): RosterState | undefined =>
    practice === roster.practice ? roster : practice === others.practice ? others : undefined;
  const content = (i: number): ReadonlyMap<ChartSection, readonly SectionEdit[]> =>
    new Map<ChartSection, readonly SectionEdit[]>([
      ['identity', writing([patient(i)])],
      ['demographics', writing([{ ...patient(i), maritalStatus: { text: 'Married' } }])],
    ]);
  const sections = sharedSections;
  await writeCharts(0, charts, { store, records, self, roster, other: others.practice, rosterOf, sections, content });
  store.close();
  peer = others.practice;
  second = [...roster.devices.keys()].find((device) => device !== self.device);
  session = mustBeOk(await (await openDoor()).unlock(passphrase));
  if (session.charts.length !== charts) throw new Error('every chart should be in the list');
}

/** One of them as a person sees it, to know that they are charts. */
export async function nameInFirst(): Promise<string> {
  const [first] = mustHave(session).charts;
  const chart = mustBeOk(await mustHave(session).openChart(mustHave(first).id));
  const [resource] = chart.sections.get('identity')?.resources.values() ?? [];
  chart.close();
  return mustHave(resource).base;
}

/** Milliseconds. */
export async function measureRemoving(): Promise<number> {
  const [open, device] = [mustHave(session), mustHave(second)];
  const begin = performance.now();
  mustBeOk(await open.people.remove(device));
  return performance.now() - begin;
}

export async function measureStopping(): Promise<{ readonly ms: number; readonly longestStepMs: number }> {
  const [open, practice] = [mustHave(session), mustHave(peer)];
  const begin = performance.now();
  let last = begin;
  let longestStepMs = 0;
  const { left } = mustBeOk(
    await open.stopSharingEverything(practice, () => {
      const now = performance.now();
      longestStepMs = Math.max(longestStepMs, now - last);
      last = now;
    }),
  );
  const ms = performance.now() - begin;
  if (left > 0 || open.charts.some(({ sharedWith }) => sharedWith.length > 0))
    throw new Error('every chart should be stopped');
  return { ms, longestStepMs };
}

async function emptyPractice(): Promise<{
  readonly store: Store;
  readonly records: SealedRecords;
  readonly self: DeviceSelf;
  readonly own: RosterState;
}> {
  // The document engine starts with the door.
  await openDoor();
  const store = mustBeOk(await openIdbStore('peerchart'));
  const ports = {
    random,
    clock: { nowMs: () => Date.now() },
    defaults: { relays: [], iceServers: [] },
    background: inProcess(nextTask),
  } as Partial<Ports>;
  const vaultKey = mustBeOk(
    await createPractice(ports as Ports, store, {
      practiceName: 'Practice of many charts',
      personName: 'Dr Bench',
      role: 'clinician',
      deviceName: 'computer',
      passphrase,
      recoveryPhrase: generatePhrase(random),
      sharing: true,
    }),
  );
  const records = new SealedRecords(store, vaultKey, random);
  const self = mustHave(await records.read(selfKey, selfFromJson));
  return { store, records, self, own: (await RosterBook.open(store)).mustGet(self.practice) };
}

async function otherPractice(): Promise<RosterState> {
  const root = { sign: generateSignKeys(random), box: boxKeysFromSeed(random.bytes(32)) };
  const first = {
    signKeys: generateSignKeys(random),
    boxKey: generateBoxKeys(random).publicKey,
    label: new Uint8Array(),
  };
  return mustResolve([await makeRoster({ root, label: new Uint8Array(), first, timeMs: Date.now() })]);
}

function mustResolve(ops: readonly VerifiedRosterOp[]): RosterState {
  return mustHave(resolveRoster(ops));
}
