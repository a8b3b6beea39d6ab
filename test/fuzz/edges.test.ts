/**
 * The same wrong bytes where strangers hand them over: as frames on the link of a peer that turned hostile, as messages of a
 * meeting, and as a file to restore from. Nothing throws past the edge, and the practice goes on working.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import type { Session } from '../../src/app/session.ts';
import { adaWith, newProblemText, problem } from '../app/support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../app/support/world.ts';
import { cases, mutated } from './support/mutations.ts';
import { makeSamples } from './support/samples.ts';

const quiet = (): void => undefined;

describe('[ATTACK-45] at the edges of a practice at work', () => {
  let world: World;
  let clinic: Session;
  let rejected: unknown[];
  const note = (error: unknown): void => void rejected.push(error);

  beforeEach(async () => {
    rejected = [];
    process.on('unhandledRejection', note);
    world = await World.start();
    clinic = await world.newPractice('clinic');
    await importText(clinic, adaWith(problem()));
  });

  afterEach(async () => {
    await clinic.lock();
    process.off('unhandledRejection', note);
    expect(rejected).toEqual([]);
  });

  async function stillWorks(): Promise<void> {
    const chart = await opened(clinic);
    mustBeOk(await chart.edit('problems', [newProblemText('written afterwards')]));
    expect(sectionOf(chart, 'problems').resources.get('Condition/c1')?.registers['code']).toContain('afterwards');
    chart.close();
  }

  test('frames of a peer that turned hostile are counted, its connection ends, and everyone else is served', async () => {
    const peer = await world.newPractice('peer');
    await meet(clinic, peer);
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, peer.practice.id, ['problems'], 'write'));
    await until(() => peer.charts.some(({ access }) => access === 'write'));
    // What the two said to each other, frame by frame, is the best there is to make wrong.
    const real = world.sync.frames.map(({ frame }) => new Uint8Array(frame));
    const { frames } = await makeSamples();
    await peer.lock();

    const rogue = world.sync.transport(peer.practice.device);
    await rogue.start();
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mutated([...real, ...frames]), { minLength: 1, maxLength: 60 }), async (some) => {
        const dialled = await rogue.dial(clinic.practice.device, []);
        if (!dialled.ok) throw new Error(`not reached: ${dialled.reason}`);
        for (const frame of some.filter(({ length }) => length > 0)) {
          await dialled.value.send(frame);
          sent++;
        }
        dialled.value.close();
      }),
      cases(40),
    );
    await rogue.stop();
    expect(sent).toBeGreaterThan(150);
    expect(clinic.diagnostics().length).toBeGreaterThan(0);
    await stillWorks();

    const back = mustBeOk(await (await world.door('peer')).unlock('correct horse battery'));
    await until(() => back.peers.some(({ connection }) => connection === 'direct'));
    const there = await opened(back);
    await until(() => sectionOf(there, 'problems').resources.size > 0);
    await back.lock();
  });

  test('messages of a meeting that are none end that meeting and nothing else', async () => {
    const { meetings } = await makeSamples();
    mustBeOk(await clinic.createInvitation());
    const stranger = await world.newPractice('stranger');
    await stranger.lock();
    const rogue = world.meetings.transport(stranger.practice.device);
    await rogue.start();
    await fc.assert(
      fc.asyncProperty(fc.array(mutated(meetings), { minLength: 1, maxLength: 4 }), async (some) => {
        const dialled = await rogue.dial(clinic.practice.device, []);
        if (!dialled.ok) return;
        for (const message of some.filter(({ length }) => length > 0)) await dialled.value.send(message);
        dialled.value.close();
      }),
      cases(60),
    );
    await rogue.stop();
    await stillWorks();
    // The invitation is still there for the one it was made for.
    const guest = await world.newPractice('guest');
    await meet(clinic, guest);
    await guest.lock();
  });

  test('a file to restore from is taken whole or leaves the profile as it was', async () => {
    const phrase = (await world.door('fresh')).newRecoveryPhrase();
    const owner = await world.newPractice('owner', { recoveryPhrase: phrase });
    await importText(owner, adaWith(problem()));
    const { file } = mustBeOk(await owner.backUp(quiet, new AbortController().signal));
    await owner.lock();
    const whole = new Uint8Array(await file.arrayBuffer());
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(mutated([whole]), async (bytes: Bytes) => {
        // The whole file would fill the profile for the cases after it.
        fc.pre(bytes.length !== whole.length || bytes.some((byte, i) => byte !== whole[i]));
        const door = await world.door('fresh');
        const restored = await door.restore(new Blob([bytes]), phrase, 'a new passphrase', 'laptop', quiet);
        expect(restored.ok).toBe(false);
        refused++;
      }),
      cases(40),
    );
    const door = await world.door('fresh');
    const restored = mustBeOk(await door.restore(file, phrase, 'a new passphrase', 'laptop', quiet));
    expect(restored.charts.length).toBe(1);
    await restored.lock();
    expect(refused).toBeGreaterThan(20);
  });
});
