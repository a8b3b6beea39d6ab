/** What the page of peers says of each: since when it holds all that was written here for it, and of how many charts it has not said so. */
import { expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { somebody } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, until, World } from '../support/world.ts';

const about = (session: Session) => {
  const { unconfirmed, upToDateAt } = mustHave(session.peers[0]);
  return { unconfirmed, upToDateAt };
};

async function rename(session: Session, name: string, given: string): Promise<void> {
  const { id } = mustHave(session.charts.find((chart) => chart.name.includes(name)));
  const chart = mustBeOk(await session.openChart(id));
  const [key] = chart.sections.get('identity')?.resources.keys() ?? [];
  const registers = { name: JSON.stringify({ name: [{ family: name, given: [given] }] }) };
  mustBeOk(await chart.edit('identity', [{ kind: 'change', key: mustHave(key), registers }]));
  chart.close();
}

test('[RE-3] charts written while a peer is away are counted until it says that it holds them, over a restart too', async () => {
  const world = await World.start();
  let clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await meet(clinic, pharmacy);
  expect(about(clinic).unconfirmed).toBe(0);
  await importText(clinic, somebody('p1', 'Okafor'), somebody('p2', 'Berg'), somebody('p3', 'Sato'));
  // Nobody else may read them yet: there is nothing to confirm.
  expect(about(clinic).unconfirmed).toBe(0);

  for (const { id } of clinic.charts)
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['demographics', 'medications'], 'read'));
  await until(() => pharmacy.charts.length === 3 && about(clinic).unconfirmed === 0);
  const first = mustHave(about(clinic).upToDateAt);

  world.cut(clinic);
  world.nowMs += 60_000;
  await rename(clinic, 'Okafor', 'Ada');
  await rename(clinic, 'Sato', 'Ken');
  expect(about(clinic)).toEqual({ unconfirmed: 2, upToDateAt: first });

  await clinic.lock();
  clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
  world.cut(clinic);
  expect(about(clinic)).toEqual({ unconfirmed: 2, upToDateAt: first });

  world.nowMs += 60_000;
  world.heal();
  await until(() => about(clinic).unconfirmed === 0);
  expect(Date.parse(mustHave(about(clinic).upToDateAt))).toBeGreaterThanOrEqual(Date.parse(first) + 120_000);
  expect(pharmacy.charts.some(({ name }) => name.includes('Ada'))).toBe(true);

  // Sharing that ended leaves nothing to confirm.
  world.cut(clinic);
  await rename(clinic, 'Berg', 'Eva');
  expect(about(clinic).unconfirmed).toBe(1);
  const berg = mustHave(clinic.charts.find(({ name }) => name.includes('Berg')));
  mustBeOk(await clinic.stopSharing(berg.id, pharmacy.practice.id, 'all'));
  expect(about(clinic).unconfirmed).toBe(0);
  for (const session of [clinic, pharmacy]) await session.lock();
});
