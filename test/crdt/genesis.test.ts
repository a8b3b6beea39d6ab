import { decodeChange, encodeChange, getHeads, load } from '@automerge/automerge/slim';
import { beforeAll, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { genesisChange, genesisHash, genesisVersion } from '../../src/crdt/genesis.ts';
import { initCrdt } from '../../src/crdt/init.ts';

beforeAll(() => initCrdt());

test('[EN-5] the genesis is these bytes for ever', () => {
  expect(genesisVersion).toBe(1);
  expect(toHex(genesisChange)).toBe('856f4a83473b2c860109000100010100000000');
  expect(genesisHash).toBe('473b2c86b9c0cb8699179ecfec5655c1d7543daf1ac948ab234b0af328298ef7');
});

test('[EN-5] Automerge encodes an empty change of actor 00 as the genesis, and opens it as an empty document', () => {
  const empty = { actor: '00', author: null, seq: 1, startOp: 1, time: 0, message: null, deps: [], ops: [] };
  expect(toHex(encodeChange(empty))).toBe(toHex(genesisChange));
  expect(decodeChange(genesisChange).hash).toBe(genesisHash);
  const document = load<object>(genesisChange);
  expect(getHeads(document)).toEqual([genesisHash]);
  expect(Object.keys(document)).toEqual([]);
});
