/**
 * Every decoder against real bytes made wrong: none throws, none takes more memory than its limits say, and what one accepts
 * is the one encoding of what it read (OP-1). More cases: `PEERCHART_FUZZ=50 npx vitest run test/fuzz`.
 */
import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifestPrefix, parseManifest } from '../../src/base/attachment.ts';
import { toBase64Url, concatBytes, toHex, u32Bytes, type Bytes } from '../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical } from '../../src/base/codec.ts';
import { chartId, deviceId, opId, parseActorId } from '../../src/base/ids.ts';
import { invitationLink, invitationShortText, parseInvitation } from '../../src/access/invitation.ts';
import { openDeviceLabel } from '../../src/access/labels.ts';
import { decodeMeetingMessage, encodeMeetingMessage } from '../../src/access/meeting.ts';
import {
  decodeOperation,
  decodeSignedOp,
  encodeCharterOperation,
  encodeRosterOperation,
  encodeSignedOp,
} from '../../src/access/operation.ts';
import { verifyOpBytes } from '../../src/access/verify-operation.ts';
import { SealedRecords } from '../../src/app/sealed-records.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import { checkChange } from '../../src/crdt/check-change.ts';
import { measureDocument } from '../../src/crdt/document-size.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { parseRootKey } from '../../src/crdt/layout.ts';
import { changesInSaved } from '../../src/crdt/saved-document.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { parseJson } from '../../src/clinical/json-parser.ts';
import { openBackup } from '../../src/crypto/backup.ts';
import { chainStart } from '../../src/crypto/chain.ts';
import { decodeEntry, decodeEntryHead, markAdmitted, signEntry, verifyEntry } from '../../src/crypto/entry.ts';
import {
  decodeHeader,
  encodeHeader,
  encodeUnsealedHeader,
  type UnsealedHeader,
} from '../../src/crypto/entry-header.ts';
import { keyIdOf } from '../../src/crypto/epoch-key.ts';
import { deriveKey, sha256 } from '../../src/crypto/hash.ts';
import { openLockboxWithRecovery } from '../../src/crypto/lockbox.ts';
import { compressAndPad, pad, padmeLength, unpadAndInflate } from '../../src/crypto/padding.ts';
import { decodeKdfParams } from '../../src/crypto/passphrase.ts';
import { openEntry } from '../../src/crypto/sealed-entry.ts';
import { seal } from '../../src/crypto/seal.ts';
import { encodeManifest } from '../../src/crypto/sealed-manifest.ts';
import { openSnapshot, sealSnapshot } from '../../src/crypto/sealed-snapshot.ts';
import {
  decodeSnapshot,
  encodeUnsealedSnapshotHeader,
  signSnapshot,
  verifySnapshot,
} from '../../src/crypto/snapshot.ts';
import { decodeSnapshotItem, snapshotItems } from '../../src/net/snapshot-items.ts';
import { storedSnapshot } from '../../src/store/store.ts';
import { sampleSnapshot } from '../crypto/fixtures.ts';
import { generateSignKeys } from '../../src/crypto/sign.ts';
import { decodePartFrame } from '../../src/net/attachment-wire.ts';
import { decodeFrame, encodeFrame, packedVersion, wireVersion } from '../../src/net/wire.ts';
import { encodeRecord, RecordReader } from '../../src/net/link-records.ts';
import { decodeChartTally } from '../../src/store/chart-state.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import { decodeHeads } from '../../src/store/packs.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { cases, memoryTakenBy, mutated, mutatedText, nested } from './support/mutations.ts';
import { makeSamples } from './support/samples.ts';

const mib = 1024 * 1024;
let samples: Awaited<ReturnType<typeof makeSamples>>;

beforeAll(async () => {
  await initCrdt();
  samples = await makeSamples();
});

/** How often something was accepted: a fuzzer whose every case is refused at the door has tested the door. */
class Accepted {
  #count = 0;
  note(): void {
    this.#count++;
  }
  expectSome(): void {
    expect(this.#count).toBeGreaterThan(0);
  }
}

describe('frames and link records', () => {
  test('[ATTACK-45] a frame is refused or says one thing; one that is not packed is the one encoding of it', () => {
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutated(samples.frames), (bytes) => {
        const decoded = decodeFrame(bytes);
        if (!decoded.ok) return;
        accepted.note();
        const again = encodeFrame(decoded.value);
        // A deflate stream can be written in many ways; what it says is one message all the same, and bounded.
        if (bytes[0] === packedVersion) expect(decodeFrame(again)).toEqual(decoded);
        else if (again[0] !== packedVersion) expect(again).toEqual(bytes);
      }),
      cases(1_500),
    );
    accepted.expectSome();
  });

  test('[ATTACK-45] the records of a link are refused, waited for, or written back as they came', () => {
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutated(samples.records), fc.nat(600), (bytes, cut) => {
        const reader = new RecordReader();
        const first = reader.push(bytes.subarray(0, cut));
        const rest = first.ok ? reader.push(bytes.subarray(cut)) : first;
        if (!first.ok || !rest.ok) return;
        const written = concatBytes(...[...first.value, ...rest.value].map(encodeRecord));
        expect(toHex(bytes).startsWith(toHex(written))).toBe(true);
        if (written.length > 0) accepted.note();
      }),
      cases(1_500),
    );
    accepted.expectSome();
  });
});

describe('operations', () => {
  test('[OP-1] [ATTACK-45] an operation is refused or is the one encoding of what it says, and only real signatures verify', async () => {
    const accepted = new Accepted();
    const real = new Set(samples.ops.map(toHex));
    await fc.assert(
      fc.asyncProperty(mutated(samples.ops), async (bytes) => {
        const signed = decodeSignedOp(bytes);
        if (!signed.ok) return;
        expect(encodeSignedOp(signed.value)).toEqual(bytes);
        const op = decodeOperation(signed.value.bytes);
        if (!op.ok) return;
        accepted.note();
        const { prev, signer, body } = op.value;
        if (op.value.log.kind === 'roster') {
          const { practice } = op.value.log;
          const draft = { practice, prev, signer, body } as Parameters<typeof encodeRosterOperation>[0];
          expect(encodeRosterOperation(draft)).toEqual(signed.value.bytes);
        } else if ('practice' in op.value) {
          const { practice, roster, log } = op.value;
          const chart = body.kind === 'create' ? null : log.chart;
          const draft = { chart, prev, signer, practice, roster, body } as Parameters<typeof encodeCharterOperation>[0];
          expect(encodeCharterOperation(draft)).toEqual(signed.value.bytes);
        }
        expect((await verifyOpBytes(bytes)).ok).toBe(real.has(toHex(bytes)));
      }),
      cases(1_200),
    );
    accepted.expectSome();
  });

  test('[OP-1] [ATTACK-45] a mutated operation inside a sound pair is read as strictly', () => {
    const inner = samples.ops.flatMap((bytes) => {
      const signed = decodeSignedOp(bytes);
      return signed.ok ? [signed.value.bytes] : [];
    });
    fc.assert(
      fc.property(mutated(inner), (bytes) => {
        const op = decodeOperation(bytes);
        if (op.ok) expect(op.value.id).toBe(toHex(sha256(bytes)));
      }),
      cases(1_500),
    );
  });
});

function mustBeActor(hex: string) {
  const actor = parseActorId(hex);
  if (actor === undefined) throw new Error('an actor is 16 bytes');
  return actor;
}

describe('snapshots', () => {
  const { epochKey, input } = sampleSnapshot('fuzzed snapshots');

  test('[SN-1] [ATTACK-45] a snapshot is refused or is the one its maker signed, and so are the items it travels in', async () => {
    const made = await sealSnapshot(input);
    if (!made.ok) throw new Error(made.reason);
    const accepted = new Accepted();
    await fc.assert(
      fc.asyncProperty(mutated([made.value.bytes]), async (bytes) => {
        const received = decodeSnapshot(bytes);
        if (!received.ok || !(await verifySnapshot(received.value)).ok) return;
        accepted.note();
        expect(toHex(bytes)).toBe(toHex(made.value.bytes));
      }),
      cases(800),
    );
    accepted.expectSome();
    const heads = samples.entries.map(({ bytes, header }) => bytes.subarray(0, bytes.length - header.ctLength));
    const items = snapshotItems(storedSnapshot(made.value), heads);
    expect(items.map((item) => decodeSnapshotItem(item)?.kind)).toEqual(['piece', 'heads']);
    fc.assert(
      fc.property(mutated([...items]), (item) => {
        const decoded = decodeSnapshotItem(item);
        if (decoded?.kind === 'heads') for (const head of decoded.heads) decodeEntryHead(head);
      }),
      cases(800),
    );
  });

  test('[SN-1] [ATTACK-45] whatever a maker sealed and signed, opening it gives a body or a reason', async () => {
    const { header, signKeys, random } = input;
    const unsealed = { ...header, v: 1, suite: 1, access: header.access.toSorted(), roster: header.roster } as const;
    const key = deriveKey(epochKey, 'peerchart/snapshot-key/1', encodeUnsealedSnapshotHeader(unsealed));
    const manifest = encodeManifest(input.body.chains);
    const body = encodeCanonical({ v: 1, document: input.body.document, manifest: compressAndPad(manifest) });
    const wrongManifests = mutated([manifest]).map((bytes) =>
      encodeCanonical({ v: 1, document: input.body.document, manifest: compressAndPad(bytes) }),
    );
    const accepted = new Accepted();
    const padded = fc.oneof(mutated([body]).map(pad), mutated([pad(body)]), wrongManifests.map(pad));
    await fc.assert(
      fc.asyncProperty(padded, async (bytes) => {
        const ciphertext = seal(key, bytes, random);
        const sealed = { ...unsealed, ctHash: toHex(sha256(ciphertext)), ctLength: ciphertext.length };
        if (openSnapshot(await signSnapshot(sealed, ciphertext, signKeys), epochKey).ok) accepted.note();
      }),
      cases(400),
    );
    accepted.expectSome();
  });

  test('[SN-2] a saved document made wrong gives changes or a reason, and what would swell is not loaded', () => {
    const author = { device: deviceId(input.random.bytes(32)), actor: mustBeActor(toHex(input.random.bytes(16))) };
    const document = SectionDocument.open({ changes: [], actors: [], author });
    if (!document.ok) throw new Error(document.reason);
    for (const id of ['c1', 'c2', 'c3']) {
      const base = JSON.stringify({ resourceType: 'Condition', id, note: 'x'.repeat(400) });
      const edited = document.value.edit([{ kind: 'create', key: `Condition/${id}`, base }], 1_750_000_000_000);
      if (!edited.ok) throw new Error(edited.reason);
    }
    const saved = document.value.save();
    const changes = changesInSaved(saved);
    expect(changes.ok && changes.value.get(author.actor)).toHaveLength(3);
    fc.assert(
      fc.property(mutated([saved]), (bytes) => {
        changesInSaved(bytes);
      }),
      cases(300),
    );
    expect(measureDocument(saved, { bytes: 400, values: 1_000 })).toMatchObject({ ok: false, reason: 'too-large' });
    expect(measureDocument(saved, { bytes: mib, values: 5 })).toMatchObject({ ok: false, reason: 'too-large' });
    expect(measureDocument(concatBytes(saved, saved), { bytes: mib, values: 1_000 }).ok).toBe(false);
    document.value.close();
  });
});

describe('entries', () => {
  test('[EN-1] [ATTACK-45] a whole entry, its head and its header are refused or written back as they came', async () => {
    const accepted = new Accepted();
    const real = new Set(samples.entries.map(({ bytes }) => toHex(bytes)));
    await fc.assert(
      fc.asyncProperty(mutated(samples.entries.map(({ bytes }) => bytes)), async (bytes) => {
        decodeEntryHead(bytes);
        const decoded = decodeEntry(bytes);
        if (!decoded.ok) return;
        accepted.note();
        expect(encodeHeader(decoded.value.header)).toEqual(decoded.value.headerBytes);
        expect((await verifyEntry(decoded.value)).ok).toBe(real.has(toHex(bytes)));
      }),
      cases(1_200),
    );
    fc.assert(
      fc.property(mutated(samples.entries.map(({ headerBytes }) => headerBytes)), (bytes) => {
        const header = decodeHeader(bytes);
        if (header.ok) expect(encodeHeader(header.value)).toEqual(bytes);
      }),
      cases(1_200),
    );
    accepted.expectSome();
  });

  test('[EN-6] [ATTACK-45] whatever an author sealed and signed, opening it gives a body or a reason', async () => {
    const random = seededRandom('fuzzed bodies');
    const signKeys = generateSignKeys(random);
    const epochKey = random.bytes(32);
    const chart = chartId(random.bytes(32));
    const header: UnsealedHeader = {
      v: 1,
      suite: 1,
      chart,
      section: 'medications',
      device: deviceId(signKeys.publicKey),
      stint: '',
      seq: 1,
      prev: null,
      chain: chainStart,
      deps: [],
      access: [opId(random.bytes(32))],
      roster: [opId(random.bytes(32))],
      epoch: keyIdOf(chart, 'medications', epochKey),
    };
    const key = deriveKey(epochKey, 'peerchart/entry-key/1', encodeUnsealedHeader(header));
    const open = async (padded: Bytes) => {
      const ciphertext = seal(key, padded, random);
      const sealed = { ...header, ctHash: toHex(sha256(ciphertext)), ctLength: ciphertext.length };
      return openEntry(markAdmitted(await signEntry(sealed, ciphertext, signKeys)), epochKey);
    };
    const body = encodeCanonical({ v: 1, nonce: random.bytes(16), changes: [random.bytes(60)], batch: null });
    const inBatch = { id: 'ab'.repeat(16), index: 0, count: 2 };
    const batched = encodeCanonical({ v: 1, nonce: random.bytes(16), changes: [random.bytes(60)], batch: inBatch });
    const accepted = new Accepted();
    // Plain bodies made wrong and padded rightly; and padded ones made wrong.
    const padded = fc.oneof(
      mutated([body, batched]).map((bytes) => compressAndPad(bytes)),
      mutated([body, batched].map((bytes) => compressAndPad(bytes))),
    );
    await fc.assert(
      fc.asyncProperty(padded, async (bytes) => {
        if ((await open(bytes)).ok) accepted.note();
      }),
      cases(400),
    );
    accepted.expectSome();
  });

  test('[AM-1] a mutated change is refused or is one of this actor, and never throws', () => {
    const random = seededRandom('fuzzed changes');
    const actor = parseActorId(toHex(random.bytes(16)));
    if (actor === undefined) throw new Error('an actor is 16 bytes');
    const author = { device: deviceId(random.bytes(32)), actor };
    const document = SectionDocument.open({ changes: [], actors: [], author });
    if (!document.ok) throw new Error(document.reason);
    const create = { kind: 'create', key: 'Condition/c1', base: '{"resourceType":"Condition","id":"c1"}' } as const;
    const note = 'DocumentReference/n1';
    const begin = { kind: 'create', key: note, base: '{}', words: 'Cough 😀 for a week.' } as const;
    const type = (): SectionEdit => {
      const from = document.value.resources().get(note)?.text ?? { words: '', heads: [] };
      return { kind: 'type', key: note, from, to: from.words.replace('a week', 'two weeks') };
    };
    const changes = [() => create, () => begin, type].map((edit) => {
      const change = document.value.edit([edit()], 1_750_000_000_000);
      if (!change.ok) throw new Error(change.reason);
      return change.value.bytes;
    });
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutated(changes), (bytes) => {
        const checked = checkChange(bytes, { actor });
        if (!checked.ok) return;
        accepted.note();
        expect(changes.map(toHex)).toContain(toHex(bytes));
      }),
      cases(800),
    );
    accepted.expectSome();
    document.value.close();
  });
});

describe('what people paste', () => {
  test('[ID-7] [ATTACK-45] an invitation is refused or says what it would be written as', () => {
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutatedText(samples.links), (text) => {
        const parsed = parseInvitation(text);
        if (!parsed.ok) return;
        accepted.note();
        const { practice, expiresMs } = parsed.value;
        const written =
          practice === undefined || expiresMs === undefined
            ? invitationShortText(parsed.value)
            : invitationLink({ ...parsed.value, practice, expiresMs }, '');
        expect(parseInvitation(written)).toEqual(parsed);
      }),
      cases(1_500),
    );
    accepted.expectSome();
  });

  test('text that says the same is read as JSON.parse reads it, and all other text is refused with a place', () => {
    const texts = [
      '{"resourceType":"Observation","valueQuantity":{"value":1.50,"unit":"mg"},"note":[{"text":"\\u00e9\\n\\"x\\""}]}',
      '[1,-0.5e10,true,false,null,"",{"a":{"b":[[]]}}]',
      '  {"\\ud83d\\ude00":[]}  ',
    ];
    fc.assert(
      fc.property(mutatedText(texts), (text) => {
        const parsed = parseJson(text);
        let plain: { readonly value: unknown } | undefined;
        try {
          plain = { value: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) };
        } catch {
          plain = undefined;
        }
        if (parsed.ok) expect(plain).toBeDefined();
        else expect(parsed.detail ?? '').toMatch(/line \d+/);
        // Refused although JSON.parse takes it: a repeated key, or nesting that nobody writes.
        if (!parsed.ok && plain !== undefined) expect(['duplicate-key', 'too-deep']).toContain(parsed.reason);
      }),
      cases(1_500),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseJson(JSON.stringify(value)).ok).toBe(true);
      }),
      cases(300),
    );
  });

  test('keys of a section document name a place or nothing', () => {
    const keys = ['Condition/c1#base', 'Condition/c1#r:code', 'Condition/c1#mark', '@list/Condition', 'a%25b/%23#base'];
    fc.assert(
      fc.property(mutatedText(keys), (key) => {
        parseRootKey(key);
      }),
      cases(1_000),
    );
  });
});

describe('meetings, labels, backups and what lies at rest', () => {
  test('[ID-7] [ATTACK-45] a meeting message is refused or is the one encoding of what it says', () => {
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutated(samples.meetings), (bytes) => {
        const decoded = decodeMeetingMessage(bytes);
        if (!decoded.ok) return;
        accepted.note();
        expect(encodeMeetingMessage(decoded.value)).toEqual(bytes);
      }),
      cases(1_500),
    );
    accepted.expectSome();
  });

  test('[ID-3] a label opens to names or to nothing, sealed wrong or filled wrong', () => {
    const { contactKey, label } = samples;
    const random = seededRandom('fuzzed labels');
    const inside = encodeCanonical({ deviceName: 'a', personName: 'b', profession: 'c' });
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutated([label]), mutated([inside]), (sealed, plain) => {
        expect(openDeviceLabel(contactKey, sealed) === undefined || toHex(sealed) === toHex(label)).toBe(true);
        if (openDeviceLabel(contactKey, seal(contactKey, compressAndPad(plain), random)) !== undefined) accepted.note();
        openDeviceLabel(contactKey, seal(contactKey, plain, random));
      }),
      cases(400),
    );
    accepted.expectSome();
  });

  test('[ATTACK-45] a backup opens whole or not at all', () => {
    const whole = toHex(samples.backup);
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutated([samples.backup]), (file) => {
        const opened = openBackup(file, samples.root);
        if (!opened.ok) return;
        accepted.note();
        expect(toHex(file)).toBe(whole);
      }),
      cases(150),
    );
    accepted.expectSome();
  });

  test('[ID-6] a lockbox made wrong opens to nothing, and asks for no more than its limits', () => {
    const decoded = decodeCanonical(samples.lockbox);
    const kdf = decoded.ok ? encodeCanonical((decoded.value as { readonly kdf: never }).kdf) : new Uint8Array();
    const accepted = new Accepted();
    fc.assert(
      fc.property(mutated([samples.lockbox]), mutated([kdf]), (lockbox, params) => {
        if (openLockboxWithRecovery(lockbox, samples.root).ok) accepted.note();
        const read = decodeCanonical(params);
        const cost = read.ok ? decodeKdfParams(read.value) : undefined;
        expect(cost?.memoryKiB ?? 0).toBeLessThanOrEqual(256 * 1024);
        expect(cost?.iterations ?? 0).toBeLessThanOrEqual(16);
        expect(cost?.parallelism ?? 0).toBeLessThanOrEqual(4);
      }),
      cases(300),
    );
    accepted.expectSome();
  });

  test('[ATTACK-45] a sealed record of a damaged disk reads as nothing', async () => {
    const store = openMemoryStore();
    const random = seededRandom('fuzzed records');
    const records = new SealedRecords(store, random.bytes(32), random);
    const written = records.write('settings', { sharing: true });
    const accepted = new Accepted();
    await fc.assert(
      fc.asyncProperty(mutated([written.bytes ?? new Uint8Array()]), async (bytes) => {
        await store.commit({ sealed: [{ key: 'settings', bytes }] });
        const read = await records.read('settings', (value) => value);
        expect(read === undefined || toHex(bytes) === toHex(written.bytes ?? new Uint8Array())).toBe(true);
        if (read !== undefined) accepted.note();
      }),
      cases(300),
    );
    accepted.expectSome();
    store.close();
  });

  test('[ATTACK-45] records of the database that are none are named as damage, not thrown at', () => {
    const chart = chartId(new Uint8Array(32));
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withMap: true }), (value) => {
        decodeHeads(chart, 'medications', value);
        decodeChartTally(value);
      }),
      cases(800),
    );
  });
});

describe('[ATTACK-45] memory', () => {
  const deep = nested(200_000);
  const bombs = (prefix: Bytes): readonly Bytes[] =>
    [
      [0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0xbb, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x5b, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff],
      [0x7b, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff],
      [0x9a, 0xff, 0xff, 0xff, 0xff],
    ]
      .map((head) => concatBytes(prefix, Uint8Array.from(head)))
      .concat([concatBytes(prefix, deep)]);
  const none = new Uint8Array();

  test('a length or a nesting that is only declared takes none', () => {
    const decoders: readonly (readonly [string, (bytes: Bytes) => unknown, Bytes])[] = [
      ['frame', decodeFrame, Uint8Array.of(wireVersion)],
      ['part of an attachment', decodePartFrame, Uint8Array.of(65, 1)],
      ['manifest', (bytes) => parseManifest(manifestPrefix + toBase64Url(bytes)), none],
      ['operation', decodeOperation, none],
      ['signed operation', decodeSignedOp, none],
      ['meeting message', decodeMeetingMessage, none],
      ['entry', decodeEntry, Uint8Array.of(1, 0xff, 0xff)],
      ['lockbox', (bytes) => openLockboxWithRecovery(bytes, samples.root), none],
      ['backup', (bytes) => openBackup(bytes, samples.root), samples.backup.slice(0, samples.backup.length >> 1)],
      ['record', (bytes) => new RecordReader().push(bytes), Uint8Array.of(5)],
    ];
    for (const [what, decode, prefix] of decoders)
      for (const bomb of bombs(prefix))
        expect(
          memoryTakenBy(() => decode(bomb)),
          what,
        ).toBeLessThan(64 * mib);
  });

  test('nesting of pasted text ends at its limit', () => {
    for (const text of ['['.repeat(2_000_000), '{"a":'.repeat(500_000), `${'['.repeat(201)}${']'.repeat(201)}`])
      expect(parseJson(text)).toMatchObject({ ok: false, reason: 'too-deep' });
  });

  test('a stream that inflates to gigabytes is left at the length that is allowed', () => {
    // Zeros shrink a thousandfold: 64 KiB of them stand for 64 MiB.
    const bomb = deflateSync(new Uint8Array(64 * mib), { level: 1 });
    for (const stated of [1024, 4 * mib, 64 * mib, 0xffffffff]) {
      const plain = concatBytes(u32Bytes(bomb.length), u32Bytes(stated), bomb);
      const padded = concatBytes(plain, new Uint8Array(padmeLength(plain.length) - plain.length));
      expect(unpadAndInflate(padded, 4 * mib).ok).toBe(false);
      expect(memoryTakenBy(() => unpadAndInflate(padded, 4 * mib))).toBeLessThan(48 * mib);
    }
  });

  test('a pasted text of megabytes is no invitation', () => {
    const long = `PC1-${'A'.repeat(20 * mib)}`;
    expect(parseInvitation(long).ok).toBe(false);
    expect(memoryTakenBy(() => parseInvitation(long))).toBeLessThan(mib);
    expect(parseInvitation(`https://x.example/#/invite/${'A'.repeat(20 * mib)}`).ok).toBe(false);
  });

  test('a frame, an operation and an entry beyond their limits are refused unread', () => {
    const large = new Uint8Array(8 * mib).fill(0x81);
    large[0] = 1;
    for (const decode of [decodeFrame, decodeOperation, decodeSignedOp, decodeMeetingMessage, decodeEntry])
      expect(memoryTakenBy(() => decode(large))).toBeLessThan(16 * mib);
  });
});
