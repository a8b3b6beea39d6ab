/** Real bytes of every format a stranger can hand over, made by the product's own writers. */
import { concatBytes, toUtf8, type Bytes } from '../../../src/base/bytes.ts';
import { encodeCanonical } from '../../../src/base/codec.ts';
import { sealDeviceLabel } from '../../../src/access/labels.ts';
import { invitationLink, invitationShortText } from '../../../src/access/invitation.ts';
import { encodeMeetingMessage } from '../../../src/access/meeting.ts';
import { encodeSignedOp } from '../../../src/access/operation.ts';
import { sealBackup } from '../../../src/crypto/backup.ts';
import { boxKeysFromSeed } from '../../../src/crypto/box.ts';
import { createLockbox } from '../../../src/crypto/lockbox.ts';
import { encodeMessage, endless } from '../../../src/net/negentropy.ts';
import { encodeFrame } from '../../../src/net/wire.ts';
import { encodeRecord, noLink } from '../../../src/net/link-records.ts';
import { seedOf, TestChart, TestPractice } from '../../access/support/practices.ts';
import { writeEntry } from '../../access/support/section.ts';
import { seededRandom } from '../../support/seeded-random.ts';

export async function makeSamples() {
  const random = seededRandom('fuzz');
  const clinic = await TestPractice.found('fuzz clinic');
  const peer = await TestPractice.found('fuzz peer');
  const nurse = await clinic.add('nurse', 'nurse');
  const chart = await TestChart.begin('fuzz', clinic, peer);
  await chart.grant(clinic.author(), peer, ['medications', 'problems']);
  await chart.rekey(clinic.author(), ['medications', 'problems', 'identity']);
  const entry = await writeEntry(chart, 'medications', { practice: clinic });
  const next = await writeEntry(chart, 'medications', { practice: peer, on: [entry] });
  await clinic.remove(nurse.id);
  await chart.revoke(clinic.author(), peer, ['medications', 'problems']);

  const rosterOps = clinic.ops.map(({ signed }) => signed);
  const charterOps = chart.ops.map(({ signed }) => signed);
  const ops = [...rosterOps, ...charterOps].map(encodeSignedOp);
  const { chart: id, heads } = chart.state;
  const frames = [
    encodeFrame({
      kind: 'hello',
      practice: clinic.id,
      rosters: random.bytes(32),
      leaves: { count: 1, fingerprint: random.bytes(16) },
    }),
    encodeFrame({ kind: 'rosters', rosters: [{ practice: clinic.id, heads: clinic.roster.heads }] }),
    encodeFrame({
      kind: 'ranges',
      message: encodeMessage([
        { mode: 'fingerprint', end: { time: 0, prefix: random.bytes(2) }, fingerprint: random.bytes(16) },
        { mode: 'ids', end: endless, ids: [random.bytes(32).fill(255, 0, 2)] },
      ]),
    }),
    encodeFrame({ kind: 'rosterOps', practice: clinic.id, ops: rosterOps.map(encodeSignedOp) }),
    encodeFrame({
      kind: 'charts',
      charts: [{ chart: id, heads, digest: random.bytes(32), sections: [] }],
      lacking: [random.bytes(32)],
      more: false,
    }),
    encodeFrame({ kind: 'charterOps', charters: [{ chart: id, ops: charterOps.map(encodeSignedOp) }] }),
    encodeFrame({
      kind: 'entries',
      sections: [{ chart: id, section: 'medications', entries: [entry.bytes, next.bytes] }],
    }),
    encodeFrame({ kind: 'want', chart: id, section: 'medications', hashes: [entry.hash] }),
    encodeFrame({ kind: 'have', frames: 1, except: [{ chart: id, section: 'medications' }] }),
    encodeFrame({
      kind: 'frontiers',
      charts: [{ chart: id, heads, sections: [{ section: 'medications', frontier: [] }] }],
      asks: false,
    }),
    encodeFrame({ kind: 'bye', reason: 'closing' }),
  ];
  const secret = random.bytes(16);
  const invitation = {
    kind: 'practice',
    practice: clinic.id,
    device: clinic.first.id,
    secret,
    expiresMs: 1_800_000_000_000,
    addresses: ['/dns4/relay.example/tcp/443/wss'],
  } as const;
  const roster = rosterOps.map(encodeSignedOp);
  const key = random.bytes(32);
  const meetings = [
    encodeMeetingMessage({ kind: 'ask', invitation: 'aa'.repeat(16), practice: peer.id, roster, proof: key }),
    encodeMeetingMessage({
      kind: 'welcome',
      practice: clinic.id,
      roster,
      contactKey: key,
      addresses: invitation.addresses,
      proof: key,
    }),
    encodeMeetingMessage({ kind: 'thanks', contactKey: key, addresses: invitation.addresses }),
    encodeMeetingMessage({ kind: 'refuse', reason: 'expired' }),
    encodeMeetingMessage({ kind: 'introduce', practice: clinic.id, roster }),
    encodeMeetingMessage({ kind: 'done' }),
  ];
  const root = boxKeysFromSeed(seedOf('fuzz root'));
  const pieces: Bytes[] = [];
  const records = [
    encodeCanonical(['practice', 1, true, toUtf8('{}')]),
    ...ops.map((op) => encodeCanonical(['op', 'roster/x', 'y', op])),
    encodeCanonical(['entry', entry.bytes]),
    encodeCanonical(['index', toUtf8('{}')]),
  ];
  for await (const piece of sealBackup(records, root.publicKey, random)) pieces.push(piece);
  const { lockbox } = await createLockbox({
    passphrase: 'a passphrase',
    rootBoxKey: root.publicKey,
    random,
    kdf: { memoryKiB: 8, iterations: 1, parallelism: 1 },
  });
  const link = { instance: '0102030405060708', number: 7 };
  const names = { deviceName: 'laptop', personName: 'Dr A', profession: 'physician' };
  return {
    ops,
    entries: [entry, next],
    frames,
    meetings,
    links: [invitationLink(invitation, 'https://clinic.example/'), invitationShortText(invitation)],
    backup: concatBytes(...pieces),
    root,
    lockbox,
    records: [
      encodeRecord({ kind: 'open', version: 1, link, replaces: noLink }),
      encodeRecord({ kind: 'frame', frame: random.bytes(400) }),
      encodeRecord({ kind: 'credit', bytes: 262_144 }),
      encodeRecord({ kind: 'refuse', reason: 'version' }),
    ],
    contactKey: key,
    label: sealDeviceLabel(key, names, random),
  };
}
