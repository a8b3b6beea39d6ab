/** What the first sync of charts of the bench's kind takes on the wire, against their documents saved in plain. */
import { beforeAll, expect, test } from 'vitest';
import { chartContent, contentSections, wholeChart, writing } from '../../bench/chart-content.ts';
import { createCharter, grant, makeEpochs, type CharterWrite } from '../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import { encodeSignedOp } from '../../src/access/operation.ts';
import type { VerifiedCharterOp } from '../../src/access/verify-operation.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { KeyId } from '../../src/base/ids.ts';
import { chartSections } from '../../src/base/sections.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { actorNonceBytes, actorOf, chainStart } from '../../src/crypto/chain.ts';
import { sealEntry } from '../../src/crypto/sealed-entry.ts';
import type { ChartOps } from '../../src/net/replication-host.ts';
import { encodeFrame, type EncodedEntries } from '../../src/net/wire.ts';
import { atTime, mustHave, mustOk, rostersOf, TestPractice } from '../access/support/practices.ts';
import { seededRandom } from '../support/seeded-random.ts';

const charts = 24;
const random = seededRandom('cold sync bytes');

beforeAll(() => initCrdt());

/** As a person does it one by one: made, keyed, written, shared to write, keyed again. */
async function chartOf(
  i: number,
  clinic: TestPractice,
  peer: TestPractice,
): Promise<{ readonly charter: ChartOps; readonly entries: readonly EncodedEntries[]; readonly savedBytes: number }> {
  const author = clinic.author();
  const keys = new Map<KeyId, Bytes>();
  const ops: VerifiedCharterOp[] = [];
  const take = (write: CharterWrite): CharterState => {
    ops.push(write.op);
    for (const [id, key] of write.keys) keys.set(id, key);
    return mustHave(resolveCharter(ops, rostersOf(clinic, peer)));
  };
  const making = { heldKeys: keys, random };
  const begun = take(mustOk(await createCharter(author, chartSections, random, atTime + i)));
  const keyed = take(mustOk(await makeEpochs(begun, author, contentSections, making, atTime)));
  const entries: EncodedEntries[] = [];
  let savedBytes = 0;
  for (const [section, resources] of chartContent(i, wholeChart)) {
    const nonce = random.bytes(actorNonceBytes);
    const { chart } = keyed;
    const device = clinic.first.id;
    const actor = actorOf(device, chart, section, nonce);
    const document = mustOk(SectionDocument.open({ changes: [], actors: [], author: { device, actor } }));
    const changes = mustOk(document.editMany(writing(resources), atTime));
    savedBytes += document.save().length;
    document.close();
    const epoch = mustHave(keyed.usableEpochs(section)[0]);
    const { heads: access } = keyed;
    const place = { chart, section, device, stint: '', seq: 1, prev: null, deps: [] } as const;
    const sealed = await sealEntry({
      header: { ...place, access, roster: clinic.roster.heads, epoch },
      previousChainValue: chainStart,
      body: { v: 1, nonce, changes: changes.map(({ bytes }) => bytes) },
      changeHashes: changes.map(({ hash }) => hash),
      epochKey: mustHave(keys.get(epoch)),
      signKeys: author.signKeys,
      random,
    });
    entries.push({ chart, section, entries: [mustOk(sealed).bytes] });
  }
  const sections = contentSections.filter((section) => section !== 'identity');
  const shared = take(mustOk(await grant(keyed, author, { practice: peer.id, sections, right: 'write' }, atTime)));
  take(mustOk(await makeEpochs(shared, author, contentSections, making, atTime)));
  return { charter: { chart: keyed.chart, ops: ops.map((op) => encodeSignedOp(op.signed)) }, entries, savedBytes };
}

test(
  '[RE-3] charts go over for the first time in at most 1.15 times what their documents are saved in',
  { timeout: 60_000 },
  async () => {
    const [clinic, peer] = [await TestPractice.found('clinic'), await TestPractice.found('peer')];
    const made = [];
    for (let i = 0; i < charts; i++) made.push(await chartOf(i, clinic, peer));
    const saved = made.reduce((sum, { savedBytes }) => sum + savedBytes, 0);
    const charters = encodeFrame({ kind: 'charterOps', charters: made.map(({ charter }) => charter) }).length;
    const entries = encodeFrame({ kind: 'entries', sections: made.flatMap((one) => one.entries) }).length;
    // Beside them the list of what differs says some 130 bytes of each.
    const all = charters + entries + 130 * charts;
    expect(all / saved).toBeLessThan(1.15);
    expect(charters / charts).toBeLessThan(1_600);
    expect((entries - saved) / charts).toBeLessThan(200);
  },
);
