/** Part of an import that never comes whole: it waits while its author may write, and no longer. */
import { expect, test } from 'vitest';
import { parseChangeHash } from '../../../src/base/ids.ts';
import { SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import { chainStart } from '../../../src/crypto/chain.ts';
import { markAdmitted } from '../../../src/crypto/entry.ts';
import { openEntry, sealEntry } from '../../../src/crypto/sealed-entry.ts';
import { newEntry } from '../../../src/store/store.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { sealBy } from '../support/seal-by.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, until, World } from '../support/world.ts';

test('[EN-9] a batch whose rest never comes, of a practice whose right has ended, does not keep the custodian from exporting', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('alice');
  let peer = await world.newPractice('bob');
  await importText(
    clinic,
    JSON.stringify([
      { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor', given: ['Ada'] }], birthDate: '1961-04-02' },
      { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { text: 'Hypertension' } },
    ]),
  );
  await meet(clinic, peer);
  const { id } = onlyChart(clinic);
  mustBeOk(await clinic.share(id, peer.practice.id, ['problems'], 'write'));
  await until(() => peer.charts[0]?.name === 'Ada Okafor');
  await peer.lock();
  const attacker = await breakIn(world, 'bob', 'correct horse battery');
  const access = await accessOf(attacker, id);
  const keeper = await SectionKeeper.load(attacker, access, 'problems');
  const [epoch] = access.charter.usableEpochs('problems', access.broken);
  const edit = {
    kind: 'change' as const,
    key: 'Condition/c1',
    registers: { code: JSON.stringify({ code: { text: 'x' } }) },
  };
  const sealed = mustBeOk(await sealBy(keeper, [edit], world.nowMs, access, mustHave(epoch)));
  keeper.close();
  const whole = mustHave(sealed.entries[0]);
  const key = mustHave(access.keys.get(mustHave(epoch)));
  const { body } = mustBeOk(openEntry(markAdmitted(whole), key));
  const anyChange = mustHave(parseChangeHash('cd'.repeat(32)));
  const half = mustBeOk(
    await sealEntry({
      header: whole.header,
      previousChainValue: chainStart,
      body: { ...body, batch: { id: 'ab'.repeat(16), index: 0, count: 2 } },
      changeHashes: body.changes.map(() => anyChange),
      epochKey: key,
      signKeys: attacker.self.sign,
      random: attacker.ports.random,
    }),
  );
  mustBeOk(await attacker.content.commit({ entries: [newEntry(half)] }));
  attacker.store.close();
  peer = mustBeOk(await (await world.door('bob')).unlock('correct horse battery'));
  const chart = await opened(clinic);
  await until(() => chart.sections.get('problems')?.state === 'incomplete');
  // While it waits for the rest, what is readable can be had, and the person is told what is not in it.
  const meanwhile = mustBeOk(await clinic.exportChart(id));
  expect(meanwhile.incomplete).toEqual(['problems']);
  expect(meanwhile.text).toContain('Hypertension');
  mustBeOk(await clinic.stopSharing(id, peer.practice.id, 'all'));
  const exported = await clinic.exportChart(id);
  const state = (await opened(clinic)).sections.get('problems')?.state;
  await peer.lock();
  await clinic.lock();
  expect([state, mustBeOk(exported).incomplete]).toEqual(['open', []]);
});
