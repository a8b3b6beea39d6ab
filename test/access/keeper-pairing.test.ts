import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceId } from '../../src/base/ids.ts';
import { parseInvitation } from '../../src/access/invitation.ts';
import { joinCode, joinProof, type Offered } from '../../src/access/joining.ts';
import { keeperPairingText, parseKeeperPairing } from '../../src/access/keeper-pairing.ts';
import { openDeviceLabel, sealDeviceLabel } from '../../src/access/labels.ts';
import { practiceId } from '../../src/base/ids.ts';
import { seededRandom } from '../support/seeded-random.ts';

const filled = (value: number, length = 32) => new Uint8Array(length).fill(value);
const pairing = {
  device: deviceId(filled(3)),
  secret: filled(9, 16),
  addresses: ['/ip4/192.168.1.20/tcp/4180/ws/p2p/12D3KooWKeeper', '/dns4/keeper.example/tcp/443/tls/ws'],
};

test('[ID-3] the text a keeper shows is read as it was meant, with whatever breaks a terminal put into it', () => {
  const text = keeperPairingText(pairing);
  const broken = text.replaceAll(/(.{40})/g, '$1\n  ');
  expect(parseKeeperPairing(broken)).toEqual({ ok: true, value: expect.objectContaining(pairing) as unknown });
  expect(parseInvitation(text)).toMatchObject({ ok: false, reason: 'not-an-invitation' });
});

test('[ID-3] another text, or one with a typing error, is told apart', () => {
  expect(parseKeeperPairing('PCD1-AAAA')).toMatchObject({ ok: false, reason: 'not-an-invitation' });
  const text = keeperPairingText(pairing);
  fc.assert(
    fc.property(fc.integer({ min: 5, max: text.length - 1 }), fc.constantFrom('A', 'z', '7', '-'), (at, letter) => {
      if (text[at] === letter) return;
      const mistyped = text.slice(0, at) + letter + text.slice(at + 1);
      expect(parseKeeperPairing(mistyped).ok).toBe(false);
    }),
  );
});

test('[ID-3] the six digits and the proof say where the keeper listens', () => {
  const offered: Offered = {
    ...{ host: deviceId(filled(1)), guest: deviceId(filled(2)), boxKey: filled(4), personName: '', deviceName: 'k' },
    ...{ practice: practiceId(filled(5)), role: 'keeper', nonce: filled(6, 16), addresses: pairing.addresses },
  };
  const elsewhere = { ...offered, addresses: ['/ip4/10.0.0.1/tcp/1/ws'] };
  expect(joinCode(pairing.secret, offered)).not.toBe(joinCode(pairing.secret, elsewhere));
  expect(joinProof(pairing.secret, offered)).not.toEqual(joinProof(pairing.secret, elsewhere));
});

test('[ID-3] a keeper’s label says where it listens, to whoever has the contact key', () => {
  const random = seededRandom('label of a keeper');
  const key = random.bytes(32);
  const label = { deviceName: 'Cellar', personName: '', profession: 'keeper', addresses: pairing.addresses };
  const sealed = sealDeviceLabel(key, label, random);
  expect(openDeviceLabel(key, sealed)).toEqual(label);
  expect(sealed.length).toBeLessThan(2_048);
});
