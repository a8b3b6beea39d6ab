/** A keeper and attached files (EN-10): it holds all sealed parts that the entries it keeps name, and gives them to whoever may have them. */
import { expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import {
  importText,
  meet,
  mustBeOk,
  mustHave,
  onlyChart,
  opened,
  sectionOf,
  until,
  World,
} from '../app/support/world.ts';
import { addKeeper, startKeeper } from './support.ts';

const content = Buffer.from(seededRandom('scan').bytes(700_000));
const scan = content.toString('base64');
const record = JSON.stringify([
  { resourceType: 'Patient', id: 'ada', name: [{ family: 'Okafor', given: ['Ada'] }], birthDate: '1961-04-02' },
  {
    resourceType: 'DocumentReference',
    id: 'scan',
    status: 'current',
    subject: { reference: 'Patient/ada' },
    content: [{ attachment: { contentType: 'image/jpeg', data: scan } }],
  },
]);

it('[EN-10] a keeper holds every part, opens none, and a practice gets them from it while the other is away', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await importText(clinic, record);
  await meet(clinic, pharmacy);
  mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, ['identity', 'documents'], 'read'));
  await until(() => pharmacy.charts.length === 1);
  const machine = await addKeeper(world, clinic, startKeeper(world, {}));
  const { store } = machine;
  await until(
    async () => (await store.chunksHeld()).length === 3,
    'the keeper has all parts, though nobody opened them',
  );
  for (const { chart, section, hash } of await store.chunksHeld())
    expect(Buffer.from(mustHave(await store.chunk(chart, section, hash))).includes(content.subarray(1000, 1032))).toBe(
      false,
    );
  mustBeOk(await clinic.updateSettings({ sharing: false }));
  const there = await opened(pharmacy);
  await until(() => sectionOf(there, 'documents').resources.size === 1);
  const text = [...sectionOf(there, 'documents').resources.values()].map(({ base }) => base).join();
  const data = mustHave(/"data":"(peerchart-attachment:[^"]+)"/.exec(text)?.[1]);
  there.files.want(data);
  await until(() => there.files.state(data)?.kind === 'here', 'the pharmacy has it from the keeper');
  expect(Buffer.from(mustBeOk(await there.files.open(data))).toString('base64')).toBe(scan);
  await clinic.lock();
  await pharmacy.lock();
  await machine.keeper.stop();
  expect(machine.failures).toEqual([]);
});
