/** What lies on a disk and on the wire, and what becomes of disks that fail (EN-7, ID-6, section 11). */
import { afterEach, describe, expect, test } from 'vitest';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { problem } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { readProfile, type ProfileCopy } from './support/profile-copies.ts';
import { sameAfterRestart, sameChartEverywhere, wasTold } from './support/replicas.ts';

const section = 'problems';

describe('disks under attack', () => {
  let world: AttackWorld;
  afterEach(() => world.end());

  test('[ATTACK-44] no record of a locked profile and no frame holds a name, a clinical word, a key or the passphrase', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    await world.write('alice', 'a word nobody else may read');
    await world.settle();
    const { knows, sign, box } = await HostileDevice.copyOf(world, 'alice');
    const words = [
      'Okafor',
      'Hypertension',
      'a word nobody else may read',
      'first of bob',
      'Clinic alice',
      world.passphrase,
      world.phraseOf('alice'),
    ];
    const secrets = [sign.seed, box.secretKey, ...knows.keys.values()];
    const needles = [
      ...words.flatMap((word) => [
        Buffer.from(word),
        Buffer.from(word, 'utf16le'),
        Buffer.from(Buffer.from(word).toString('hex')),
      ]),
      ...secrets.flatMap((secret) => [Buffer.from(secret), Buffer.from(Buffer.from(secret).toString('hex'))]),
    ];
    expect(secrets.length).toBeGreaterThanOrEqual(10);
    await world.lock('alice');
    const records = bytesOf(await readProfile(world.world.databaseOf('alice')));
    expect(records.length).toBeGreaterThan(20);
    const frames = [...world.world.sync.frames, ...world.world.meetings.frames].map(({ frame }) => Buffer.from(frame));
    expect(frames.length).toBeGreaterThan(5);
    for (const place of [...records, ...frames])
      for (const needle of needles) expect(place.includes(needle), needle.toString('latin1').slice(0, 20)).toBe(false);
    // What is there can be found: the same search for what is clear.
    expect(records.some((place) => place.includes(Buffer.from(world.deviceOf('alice'))))).toBe(true);
    await world.restart('alice');
    expect(await sameChartEverywhere(world, ['alice', 'bob', 'carol'])).toContain('nobody else may read');
  });

  test('[ATTACK-45] a full disk fails an act whole and by name; what damage took comes back from peers', async () => {
    world = await AttackWorld.scene('bob', 'carol');
    const before = await sameChartEverywhere(world, ['alice', 'bob', 'carol']);
    world.world.failCommits('alice', true);
    const open = await world.open('alice');
    expect(await open.edit(section, [problem('does not fit')])).toMatchObject({ ok: false, reason: 'storage-full' });
    await world.write('carol', 'came while it was full');
    await world.settle();
    expect(wasTold(world, 'alice', 'later-store-quota')).toBe(true);
    expect(JSON.stringify([...mustHave(open.sections.get(section)).resources.values()])).not.toContain('does not fit');
    world.world.failCommits('alice', false);
    mustBeOk(await open.edit(section, [problem('fits now')]));
    open.close();
    await world.restart('alice');
    await world.reconnected();
    const after = await sameAfterRestart(world, ['alice', 'bob', 'carol']);
    for (const words of ['came while it was full', 'fits now', 'first of bob']) expect(after).toContain(words);
    expect(after).not.toContain('does not fit');
    expect(before).not.toContain('fits now');

    // One record of ciphertexts is gone, and then one is cut short: noticed, and whole again by what peers hold.
    for (const damage of ['missing', 'garbled'] as const) {
      await world.lock('carol');
      const disk = new Map(await readProfile(world.world.databaseOf('carol')));
      const ciphertexts = mustHave(disk.get('ciphertexts'));
      const at = ciphertexts.findIndex(([key]) => JSON.stringify(key).includes(`/${section}/`));
      expect(at).toBeGreaterThanOrEqual(0);
      disk.set(
        'ciphertexts',
        ciphertexts.flatMap((record, i) =>
          i !== at ? [record] : damage === 'missing' ? [] : [[record[0], garbled(record[1])] as const],
        ),
      );
      await world.putBack('carol', disk);
      await world.restart('carol');
      await world.reconnected();
      const seen = await world.open('carol');
      await until(() => seen.sections.get(section)?.state === 'open', `whole again after ${damage}`);
      seen.close();
      expect(await sameAfterRestart(world, ['alice', 'bob', 'carol'])).toBe(after);
    }
  });
});

/** Every key and value of a database as bytes, strings as they are encoded in files. */
function bytesOf(copy: ProfileCopy): readonly Buffer[] {
  const found: Buffer[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Uint8Array) found.push(Buffer.from(value));
    else if (value instanceof ArrayBuffer) found.push(Buffer.from(value));
    else if (typeof value === 'string') found.push(Buffer.from(value));
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        found.push(Buffer.from(key));
        walk(inner);
      }
  };
  for (const records of copy.values()) for (const record of records) walk(record);
  return found;
}

/** The same record with the last of its bytes lost. */
function garbled(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice(0, -1);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  const at = entries.findIndex(([, inner]) => inner instanceof Uint8Array && inner.length > 0);
  return Object.fromEntries(entries.map(([key, inner], i) => [key, i === at ? garbled(inner) : inner]));
}
