/** Parts of attachments on a connection (EN-10, RE-1): bounds, order, and what happens when a line breaks. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Bytes } from '../../src/base/bytes.ts';
import { chartId, chunkHash, deviceId, type DeviceId } from '../../src/base/ids.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { PartsLink, type PartsHost } from '../../src/net/attachment-link.ts';
import { partKey, PartWants } from '../../src/net/attachment-wants.ts';
import { decodePartFrame, encodePartFrame, type NamedPart, type PartMessage } from '../../src/net/attachment-wire.ts';
import { maxPartsAsked, maxPartsQueued, partAgainMs, partAnswerMs } from '../../src/net/limits.ts';
import { seededRandom } from '../support/seeded-random.ts';

const named = (name: string): Bytes => sha256(new TextEncoder().encode(name));
const chart = chartId(named('chart'));
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => deviceId(named(name))) as [
  DeviceId,
  DeviceId,
  DeviceId,
];

/** A device with parts of a file, which others want. */
class Holder implements PartsHost {
  nowMs = 0;
  readonly held = new Map<string, Bytes>();
  readonly wants: PartWants;
  hasRoom = true;
  served = 0;

  constructor(clock: { nowMs(): number }) {
    this.wants = new PartWants(clock);
  }

  mayAsk = (): boolean => true;
  partFor = (_: DeviceId, part: NamedPart): Promise<Bytes | undefined> => {
    this.served += 1;
    return Promise.resolve(this.held.get(partKey(part)));
  };
  keepPart = (part: NamedPart, bytes: Bytes): Promise<boolean> => {
    if (this.hasRoom) this.held.set(partKey(part), bytes);
    else this.wants.noRoom();
    return Promise.resolve(this.hasRoom);
  };
}

const clock = { now: 0, nowMs: () => clock.now };

function file(count: number): readonly { readonly part: NamedPart; readonly bytes: Bytes }[] {
  return Array.from({ length: count }, (_, i) => {
    const bytes = seededRandom(`part ${i}`).bytes(1000);
    return { part: { chart, section: 'documents', hash: chunkHash(sha256(bytes)) }, bytes };
  });
}

function holderOf(parts: ReturnType<typeof file>): Holder {
  const holder = new Holder(clock);
  for (const { part, bytes } of parts) holder.held.set(partKey(part), bytes);
  return holder;
}

/** Carries frames both ways until nobody says anything, or `most` frames were carried. */
async function talk(a: PartsLink, b: PartsLink, most = Infinity): Promise<{ frames: PartMessage[]; faults: string[] }> {
  const frames: PartMessage[] = [];
  const faults: string[] = [];
  for (let said = true; said && frames.length < most;) {
    said = false;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const frame = await from.next();
      if (frame === undefined) continue;
      said = true;
      const decoded = decodePartFrame(frame);
      if (decoded.ok) frames.push(decoded.value);
      const fault = await to.receive(frame);
      if (fault !== undefined) faults.push(fault);
    }
  }
  return { frames, faults };
}

describe('[EN-10] [RE-1] parts on a connection', () => {
  it('all that is wanted comes, some asked for at a time, each once', async () => {
    const parts = file(100);
    const [giver, taker] = [holderOf(parts), new Holder(clock)];
    taker.wants.add(parts.map(({ part }) => part));
    const { frames, faults } = await talk(new PartsLink(bob, giver), new PartsLink(alice, taker));
    expect(faults).toEqual([]);
    expect(taker.held).toEqual(giver.held);
    expect(taker.wants.size).toBe(0);
    expect(giver.served).toBe(100);
    let underWay = 0;
    for (const frame of frames) {
      if (frame.kind === 'want') underWay += frame.hashes.length;
      if (frame.kind === 'part') underWay -= 1;
      expect(underWay).toBeLessThanOrEqual(maxPartsAsked);
    }
  });

  it('a line that breaks costs what was under way: the rest is not asked for again, of whoever comes next', async () => {
    const parts = file(40);
    const [giver, other, taker] = [holderOf(parts), holderOf(parts), new Holder(clock)];
    taker.wants.add(parts.map(({ part }) => part));
    const broken = new PartsLink(alice, taker);
    await talk(new PartsLink(bob, giver), broken, 30);
    broken.end();
    const here = taker.held.size;
    expect(here).toBeGreaterThan(10);
    expect(here).toBeLessThan(40);
    await talk(new PartsLink(bob, other), new PartsLink(carol, taker));
    expect(taker.held.size).toBe(40);
    expect(other.served).toBe(40 - here);
  });

  it('who has it not is not asked again for a while; another is at once', async () => {
    const parts = file(3);
    const [empty, full, taker] = [new Holder(clock), holderOf(parts), new Holder(clock)];
    taker.wants.add(parts.map(({ part }) => part));
    const toEmpty = new PartsLink(alice, taker);
    const { frames } = await talk(new PartsLink(bob, empty), toEmpty);
    expect(frames.map(({ kind }) => kind)).toEqual(['want', 'none', 'none', 'none']);
    expect(await toEmpty.next()).toBeUndefined();
    await talk(new PartsLink(bob, full), new PartsLink(carol, taker));
    expect(taker.held.size).toBe(3);
    taker.held.clear();
    taker.wants.add(parts.map(({ part }) => part));
    // Wanted anew, it is asked for anew.
    expect(await toEmpty.next()).toBeDefined();
  });

  it('who never answers holds nothing up for long', async () => {
    const parts = file(3);
    const taker = new Holder(clock);
    taker.wants.add(parts.map(({ part }) => part));
    const silent = new PartsLink(alice, taker);
    const answering = new PartsLink(carol, taker);
    expect(await silent.next()).toBeDefined();
    expect(await answering.next()).toBeUndefined();
    clock.now += partAnswerMs;
    expect(await answering.next()).toBeDefined();
    clock.now += partAgainMs;
  });

  it('a full disk stops the asking, and nothing that is here is lost', async () => {
    const parts = file(30);
    const [giver, taker] = [holderOf(parts), new Holder(clock)];
    taker.wants.add(parts.map(({ part }) => part));
    const links = [new PartsLink(bob, giver), new PartsLink(alice, taker)] as const;
    await talk(...links, 12);
    const before = taker.held.size;
    taker.hasRoom = false;
    await talk(...links);
    expect(taker.held.size).toBe(before);
    expect(giver.served).toBeLessThanOrEqual(before + maxPartsAsked);
    taker.hasRoom = true;
    taker.wants.add([]);
    clock.now += partAnswerMs;
    await talk(...links);
    expect(taker.held.size).toBe(30);
  });

  it('[ATTACK-66] more asked for than anybody may, answers to nothing, and other bytes are faults by name', async () => {
    const parts = file(40);
    const link = new PartsLink(alice, holderOf(parts));
    const send = (message: PartMessage) => link.receive(encodePartFrame(message));
    const hashes = (from: number, to: number) =>
      parts
        .slice(from, to)
        .map(({ part }) => part.hash)
        .toSorted();
    const place = { chart, section: 'documents' } as const;
    for (let sent = 0; sent + 16 <= maxPartsQueued; sent += 16)
      expect(await send({ kind: 'want', ...place, hashes: hashes(sent, sent + 16) })).toBeUndefined();
    expect(await send({ kind: 'want', ...place, hashes: hashes(0, 1) })).toBe('too-many-parts-wanted');
    expect(await send({ kind: 'none', ...place, hashes: hashes(0, 1) })).toBe('part-not-asked');
    const [one] = parts;
    if (one === undefined) throw new Error('a part');
    expect(await send({ kind: 'part', ...one.part, bytes: one.bytes })).toBe('part-not-asked');
    const taker = new Holder(clock);
    taker.wants.add([one.part]);
    const asking = new PartsLink(bob, taker);
    await asking.next();
    const other = encodePartFrame({ kind: 'part', ...one.part, bytes: new Uint8Array(1000) });
    expect(await asking.receive(other)).toBe('part-wrong-hash');
    expect([taker.held.size, taker.wants.size]).toEqual([0, 1]);
    // What was answered wrongly is not asked for any more here, so the right bytes are no answer either.
    expect(await asking.receive(encodePartFrame({ kind: 'part', ...one.part, bytes: one.bytes }))).toBe(
      'part-not-asked',
    );
  });

  it('random bytes give a reason, never an exception', () => {
    const real = encodePartFrame({ kind: 'want', chart, section: 'documents', hashes: [chunkHash(named('x'))] });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(real.length - 1), fc.nat(255), (noise, at, byte) => {
        expect(decodePartFrame(noise).ok).toBe(false);
        expect(decodePartFrame(Uint8Array.of(65, 1, ...noise)).ok).toBe(false);
        const wrong = new Uint8Array(real);
        wrong[at] = byte;
        const decoded = decodePartFrame(wrong);
        if (decoded.ok) expect(encodePartFrame(decoded.value)).toEqual(wrong);
      }),
    );
  });
});
