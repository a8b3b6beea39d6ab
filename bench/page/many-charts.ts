/**
 * A practice with thousands of charts, each shared with another practice: written by the product's own builders, sealing and
 * store into this browser's profile, some hundreds of charts a commit, and then unlocked like any other.
 */
import { openDoor } from '../../src/app/browser.ts';
import { keysRecordOf } from '../../src/app/charter-book.ts';
import { storedCharterOp } from '../../src/replica/charters.ts';
import { indexRecordOf } from '../../src/app/chart-index.ts';
import { createPractice } from '../../src/app/create-practice.ts';
import { selfFromJson, selfKey, type DeviceSelf } from '../../src/app/device-self.ts';
import type { Ports } from '../../src/app/ports.ts';
import { RosterBook, storedRosterOp } from '../../src/replica/roster-book.ts';
import { SealedRecords } from '../../src/app/sealed-records.ts';
import type { Session } from '../../src/app/session.ts';
import { createCharter, grant, makeEpochs, type CharterWrite } from '../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import { addDevice, makeRoster } from '../../src/access/roster-builders.ts';
import { resolveRoster, type RosterState } from '../../src/access/roster.ts';
import type { VerifiedRosterOp } from '../../src/access/verify-operation.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { ChartId, DeviceId, KeyId, PracticeId } from '../../src/base/ids.ts';
import type { Random } from '../../src/base/ports.ts';
import { chartSections, type ChartSection } from '../../src/base/sections.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { boxKeysFromSeed, generateBoxKeys } from '../../src/crypto/box.ts';
import { actorNonceBytes, actorOf, chainStart } from '../../src/crypto/chain.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { generatePhrase } from '../../src/crypto/recovery-phrase.ts';
import { sealEntry } from '../../src/crypto/sealed-entry.ts';
import { generateSignKeys } from '../../src/crypto/sign.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import { newEntry, type Commit, type Store } from '../../src/store/store.ts';
import { mustBeOk } from './practice.ts';

const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
const passphrase = 'a passphrase for the bench';
const chartsPerCommit = 250;
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
  for (let done = 0; done < charts; done += chartsPerCommit) {
    const batch = [];
    for (let i = done; i < Math.min(charts, done + chartsPerCommit); i++)
      batch.push(await newChart(i, { self, records, roster, other: others.practice, rosterOf }));
    mustBeOk(
      await store.commit({
        entries: batch.flatMap(({ entries = [] }) => entries),
        ops: batch.flatMap(({ ops = [] }) => ops),
        sealed: batch.flatMap(({ sealed = [] }) => sealed),
      }),
    );
  }
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

interface ChartMaking {
  readonly self: DeviceSelf;
  readonly records: SealedRecords;
  readonly roster: RosterState;
  readonly other: PracticeId;
  readonly rosterOf: (practice: PracticeId) => RosterState | undefined;
}

/** Made, keyed, shared and keyed again, as a person would do it: four operations; and one entry each in two sections. */
async function newChart(i: number, { self, records, roster, other, rosterOf }: ChartMaking): Promise<Commit> {
  const author = { signKeys: self.sign, roster };
  const keys = new Map<KeyId, Bytes>();
  const made: CharterWrite[] = [];
  let charter: CharterState | undefined;
  const take = (write: CharterWrite): CharterState => {
    made.push(write);
    for (const [keyId, key] of write.keys) keys.set(keyId, key);
    charter = mustHave(
      resolveCharter(
        made.map(({ op }) => op),
        rosterOf,
        charter === undefined ? {} : { before: charter },
      ),
    );
    return charter;
  };
  const making = { heldKeys: keys, random };
  const now = Date.now();
  const begun = take(mustBeOk(await createCharter(author, chartSections, random, now)));
  const keyed = take(mustBeOk(await makeEpochs(begun, author, sharedSections, making, now)));
  const entries = [
    await entryOf(keyed, keys, self, 'identity', patient(i)),
    await entryOf(keyed, keys, self, 'demographics', { ...patient(i), maritalStatus: { text: 'Married' } }),
  ];
  const given = { practice: other, sections: sharedSections.slice(1), right: 'write' } as const;
  const shared = take(mustBeOk(await grant(keyed, author, given, now)));
  const { chart } = take(mustBeOk(await makeEpochs(shared, author, sharedSections, making, now)));
  return {
    entries: entries.map(newEntry),
    ops: made.map(({ op }) => storedCharterOp(op)),
    sealed: [keysRecordOf(records, chart, keys), indexRecordOf(records, indexed(i, chart, self.practice, other))],
  };
}

function patient(i: number) {
  return {
    resourceType: 'Patient',
    id: `patient-${i}`,
    name: [{ family: `Generated ${i}`, given: ['Patient'] }],
    birthDate: '1960-01-01',
    gender: 'female',
  };
}

function indexed(i: number, id: ChartId, own: PracticeId, other: PracticeId): Parameters<typeof indexRecordOf>[1] {
  return {
    v: 1,
    id,
    name: `Patient Generated ${i}`,
    birthDate: '1960-01-01',
    sex: 'female',
    patientKey: `Patient/patient-${i}`,
    matchKeys: [`generated ${i} 1960-01-01`],
    deceased: false,
    custodian: own,
    own: true,
    sharedWith: [other],
    everShared: [other],
    access: 'own',
    conflictsBySection: {},
    setAsideBySection: {},
    unsettledConflicts: 0,
    setAside: 0,
    heldElsewhere: false,
  };
}

async function entryOf(
  charter: CharterState,
  keys: ReadonlyMap<KeyId, Bytes>,
  self: DeviceSelf,
  section: ChartSection,
  resource: ReturnType<typeof patient> & { readonly maritalStatus?: { readonly text: string } },
): Promise<VerifiedEntry> {
  const { chart } = charter;
  const nonce = random.bytes(actorNonceBytes);
  const author = { device: self.device, actor: actorOf(self.device, chart, section, nonce) };
  const document = mustBeOk(SectionDocument.open({ changes: [], actors: [], author }));
  const create = { kind: 'create', key: `Patient/${resource.id}`, base: JSON.stringify(resource) } as const;
  const { bytes, hash } = mustBeOk(document.edit([create], Date.now()));
  document.close();
  const epoch = mustHave(charter.usableEpochs(section)[0]);
  return mustBeOk(
    await sealEntry({
      header: {
        chart,
        section,
        device: self.device,
        stint: '',
        seq: 1,
        prev: null,
        deps: [],
        access: charter.heads,
        roster: mustHave(charter.rosterOf(self.practice)).heads,
        epoch,
      },
      previousChainValue: chainStart,
      body: { v: 1, nonce, changes: [bytes] },
      changeHashes: [hash],
      epochKey: mustHave(keys.get(epoch)),
      signKeys: self.sign,
      random,
    }),
  );
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

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the bench expected a value');
  return value;
}
