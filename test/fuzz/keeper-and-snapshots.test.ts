/**
 * What a keeper hears before anybody is known, and what a connection is sent of a snapshot, made wrong: refused or what it was,
 * never thrown, and nothing unsigned gets through.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { toHex, type Bytes } from '../../src/base/bytes.ts';
import { deviceId, practiceId } from '../../src/base/ids.ts';
import { keeperPairingText, parseKeeperPairing } from '../../src/access/keeper-pairing.ts';
import { decodeMeetingMessage, encodeMeetingMessage } from '../../src/access/meeting.ts';
import { sealSnapshot } from '../../src/crypto/sealed-snapshot.ts';
import { SnapshotGathering } from '../../src/net/snapshot-gathering.ts';
import { snapshotItems } from '../../src/net/snapshot-items.ts';
import { decodeFrame, encodeFrame } from '../../src/net/wire.ts';
import { storedSnapshot } from '../../src/store/store.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { sampleSnapshot } from '../crypto/fixtures.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { cases, mutated, mutatedText } from './support/mutations.ts';
import { makeSamples } from './support/samples.ts';

const random = seededRandom('fuzzed keepers');
const addresses = ['/ip4/192.0.2.7/tcp/9090/ws'];
const pairing = { device: deviceId(random.bytes(32)), secret: random.bytes(16), addresses };

beforeAll(() => initCrdt());

describe('a keeper', () => {
  test('[ID-3] [ATTACK-45] a pairing text with a slip in it is refused, or says what it said', () => {
    const text = keeperPairingText(pairing);
    let accepted = 0;
    fc.assert(
      fc.property(mutatedText([text]), (typed) => {
        const parsed = parseKeeperPairing(typed);
        if (!parsed.ok) return;
        accepted += 1;
        expect(parsed.value).toMatchObject(pairing);
      }),
      cases(1_500),
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test('[ID-3] [ATTACK-45] what it says and hears while it is paired is refused or is the one encoding of what it says', () => {
    const [practice, nonce, proof] = [practiceId(random.bytes(32)), random.bytes(16), random.bytes(32)];
    const said = [
      encodeMeetingMessage({ kind: 'wantKeeper', invitation: 'ab'.repeat(16) }),
      encodeMeetingMessage({ kind: 'keeper', boxKey: random.bytes(32), deviceName: 'Cellar', addresses, proof }),
      encodeMeetingMessage({ kind: 'offer', practice, role: 'keeper', nonce, proof }),
      encodeMeetingMessage({ kind: 'propose', op: random.bytes(200) }),
      encodeMeetingMessage({ kind: 'agree', signature: random.bytes(64) }),
      encodeMeetingMessage({ kind: 'removed', roster: [random.bytes(80)] }),
    ];
    let accepted = 0;
    fc.assert(
      fc.property(mutated(said), (bytes) => {
        const decoded = decodeMeetingMessage(bytes);
        if (!decoded.ok) return;
        accepted += 1;
        expect(toHex(encodeMeetingMessage(decoded.value))).toBe(toHex(bytes));
      }),
      cases(1_500),
    );
    expect(accepted).toBeGreaterThan(0);
  });
});

describe('a snapshot on its way', () => {
  test('[SN-1] [ATTACK-45] whatever comes of it in whatever order: heads get through only beside the snapshot that was signed', async () => {
    const { input } = sampleSnapshot('fuzzed gathering');
    const made = await sealSnapshot(input);
    if (!made.ok) throw new Error(made.reason);
    const { entries } = await makeSamples();
    const heads = entries.map(({ bytes, header }) => bytes.subarray(0, bytes.length - header.ctLength));
    const items = snapshotItems(storedSnapshot(made.value), heads);
    const { chart, section } = made.value.header;
    const signed = new Set(entries.map(({ hash }) => hash));
    const some = fc.array(fc.oneof(mutated([...items]), fc.constantFrom<Bytes>(...items)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(some, async (sent) => {
        const gathering = new SnapshotGathering();
        for (const item of sent) {
          // Whatever a frame lets through.
          const frame = encodeFrame({ kind: 'entries', sections: [{ chart, section, entries: [item] }] });
          if (!decodeFrame(frame).ok) continue;
          const taken = await gathering.take({ chart, section }, item);
          for (const head of taken.ok ? taken.value : []) {
            expect(head.by.name).toBe(made.value.name);
            expect(signed.has(head.hash)).toBe(true);
          }
        }
      }),
      cases(300),
    );
  });
});
