/**
 * Charts by the hundred, written by the product's own builders, sealing and store beside an open or closed practice: made,
 * keyed, shared with another practice and keyed again, as a person would do it one by one; or shared before there is a key.
 */
import { keysRecordOf } from '../../src/app/charters/charter-book.ts';
import { storedCharterOp } from '../../src/replica/charters.ts';
import { indexRecordOf, type IndexedChart } from '../../src/app/patients/chart-index.ts';
import type { DeviceSelf } from '../../src/app/device-self.ts';
import type { SealedRecords } from '../../src/app/sealed-records.ts';
import { createCharter, grant, makeEpochs, type CharterWrite } from '../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import type { RosterState } from '../../src/access/roster.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { ChartId, KeyId, PracticeId } from '../../src/base/ids.ts';
import type { Random } from '../../src/base/ports.ts';
import { chartSections, type ChartSection } from '../../src/base/sections.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { actorNonceBytes, actorOf, chainStart } from '../../src/crypto/chain.ts';
import type { VerifiedEntry } from '../../src/crypto/entry.ts';
import { sealEntry } from '../../src/crypto/sealed-entry.ts';
import { newEntry, type Commit, type Store } from '../../src/store/store.ts';
import { listedChart } from '../../test/support/listed-chart.ts';
import { mustBeOk, mustHave } from './practice.ts';

export const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

const chartsPerCommit = 250;

export interface ChartMaking {
  readonly store: Store;
  readonly records: SealedRecords;
  readonly self: DeviceSelf;
  readonly roster: RosterState;
  readonly other: PracticeId;
  readonly rosterOf: (practice: PracticeId) => RosterState | undefined;
  /** Shared to write, and with a key; identity is one of them. */
  readonly sections: readonly ChartSection[];
  /** What a chart holds: an entry a section. */
  readonly content: (chart: number) => ReadonlyMap<ChartSection, readonly SectionEdit[]>;
  /** Keyed when they are shared, and not before: of ten thousand, the keys before take minutes. */
  readonly keyedOnce?: boolean;
  /** Sees the plain document of every section, saved. */
  readonly saved?: (bytes: Bytes) => void;
}

export async function writeCharts(from: number, to: number, making: ChartMaking): Promise<void> {
  for (let done = from; done < to; done += chartsPerCommit) {
    const batch: Commit[] = [];
    for (let i = done; i < Math.min(to, done + chartsPerCommit); i++) batch.push(await newChart(i, making));
    mustBeOk(
      await making.store.commit({
        entries: batch.flatMap(({ entries = [] }) => entries),
        ops: batch.flatMap(({ ops = [] }) => ops),
        sealed: batch.flatMap(({ sealed = [] }) => sealed),
      }),
    );
  }
}

/** Four operations, or three, and an entry for every section with content. */
async function newChart(i: number, making: ChartMaking): Promise<Commit> {
  const { self, records, roster, other, rosterOf, sections, keyedOnce = false } = making;
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
  const keying = { heldKeys: keys, random };
  const now = Date.now();
  const begun = take(mustBeOk(await createCharter(author, chartSections, random, now)));
  const entries: VerifiedEntry[] = [];
  const write = async (state: CharterState): Promise<void> => {
    for (const [section, edits] of making.content(i)) entries.push(await entryOf(state, keys, making, section, edits));
  };
  const keyed = keyedOnce ? begun : take(mustBeOk(await makeEpochs(begun, author, sections, keying, now)));
  if (!keyedOnce) await write(keyed);
  const given = { practice: other, sections: sections.filter((one) => one !== 'identity'), right: 'write' } as const;
  const shared = take(mustBeOk(await grant(keyed, author, given, now)));
  const last = take(mustBeOk(await makeEpochs(shared, author, sections, keying, now)));
  if (keyedOnce) await write(last);
  const { chart } = last;
  return {
    entries: entries.map(newEntry),
    ops: made.map(({ op }) => storedCharterOp(op)),
    sealed: [keysRecordOf(records, chart, keys), indexRecordOf(records, indexed(i, chart, self.practice, other))],
  };
}

function indexed(i: number, id: ChartId, own: PracticeId, other: PracticeId): IndexedChart {
  return listedChart({
    ...{ id, custodian: own, name: `Patient Generated ${i}`, patientKey: `Patient/patient-${i}` },
    birthDate: '1960-01-01',
    sex: 'female',
    sharedWith: [other],
    everShared: [other],
  });
}

async function entryOf(
  charter: CharterState,
  keys: ReadonlyMap<KeyId, Bytes>,
  { self, saved }: ChartMaking,
  section: ChartSection,
  edits: readonly SectionEdit[],
): Promise<VerifiedEntry> {
  const { chart } = charter;
  const nonce = random.bytes(actorNonceBytes);
  const author = { device: self.device, actor: actorOf(self.device, chart, section, nonce) };
  const document = mustBeOk(SectionDocument.open({ changes: [], actors: [], author }));
  const changes = mustBeOk(document.editMany(edits, Date.now()));
  saved?.(document.save());
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
      body: { v: 1, nonce, changes: changes.map(({ bytes }) => bytes) },
      changeHashes: changes.map(({ hash }) => hash),
      epochKey: mustHave(keys.get(epoch)),
      signKeys: self.sign,
      random,
    }),
  );
}
