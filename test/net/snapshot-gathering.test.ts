/** What a connection holds and works out while it is sent a snapshot by somebody who never means to finish (SN-1). */
import { describe, expect, test } from 'vitest';
import { concatBytes, toHex, u32Bytes, type Bytes } from '../../src/base/bytes.ts';
import { deviceId, entryHash, idBytes, keyId, opId, parseChartId } from '../../src/base/ids.ts';
import { chainNameOf, signEntry } from '../../src/crypto/entry.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { signKeysFromSeed } from '../../src/crypto/sign.ts';
import { signSnapshot } from '../../src/crypto/snapshot.ts';
import { SnapshotGathering } from '../../src/net/snapshot-gathering.ts';
import { snapshotItems } from '../../src/net/snapshot-items.ts';
import { storedSnapshot } from '../../src/store/store.ts';
import { mustHave } from '../app/support/world.ts';

const place = { chart: mustHave(parseChartId('00'.repeat(32))), section: 'problems' } as const;

function piece(offset: number, total: number, bytes: Bytes): Bytes {
  return concatBytes(Uint8Array.of(130), new Uint8Array(32), u32Bytes(offset), u32Bytes(total), bytes);
}

describe('a snapshot under way', () => {
  test('[ATTACK-40] [SN-1] comes in full pieces: empty ones and crumbs, which would pile up by the million, are refused', async () => {
    const gathering = new SnapshotGathering();
    const full = 128 * 1024;
    expect(await gathering.take(place, piece(0, 3 * full, new Uint8Array(full)))).toMatchObject({ ok: true });
    expect(await gathering.take(place, piece(full, 3 * full, new Uint8Array(full)))).toMatchObject({ ok: true });
    expect(await gathering.take(place, piece(2 * full, 3 * full, new Uint8Array()))).toMatchObject({ ok: false });
    expect(await gathering.take(place, piece(0, 1000, new Uint8Array(1)))).toMatchObject({ ok: false });
    expect(await gathering.take(place, piece(0, 2 * full, new Uint8Array(full)))).toMatchObject({ ok: true });
    expect(await gathering.take(place, piece(full, 2 * full, new Uint8Array(1)))).toMatchObject({ ok: false });
  });

  test('[ATTACK-40] [RE-4] one head many times is refused before its signature is looked at as often', async () => {
    const keys = signKeysFromSeed(new Uint8Array(32).fill(7));
    const device = deviceId(keys.publicKey);
    const some = new Uint8Array(32).fill(1);
    const cited = { access: [opId(some)], roster: [opId(some)], epoch: keyId(some), v: 1, suite: 1 } as const;
    const sealed = { ctHash: toHex(sha256(some)), ctLength: some.length };
    const entry = await signEntry(
      { ...cited, ...place, ...sealed, device, stint: '', seq: 1, prev: null, chain: toHex(some), deps: [] },
      some,
      keys,
    );
    const covers = [{ chain: chainNameOf(device, ''), seq: 1, hash: entryHash(idBytes(entry.hash)) }];
    const snapshot = await signSnapshot({ ...cited, ...place, ...sealed, device, covers }, some, keys);
    const head = entry.bytes.slice(0, entry.bytes.length - entry.header.ctLength);
    const gathering = new SnapshotGathering();
    const [whole = head, once = head] = snapshotItems(storedSnapshot(snapshot), [head]);
    expect(await gathering.take(place, whole)).toEqual({ ok: true, value: [] });
    expect(await gathering.take(place, once)).toMatchObject({ ok: true, value: [{ hash: entry.hash }] });
    const often = Array.from({ length: 500 }, () => head);
    const packed = mustHave(snapshotItems(storedSnapshot(snapshot), often)[1]);
    expect(packed.length).toBeLessThan(4_000);
    expect(await gathering.take(place, packed)).toMatchObject({ ok: false, reason: 'head-twice' });
  });
});
