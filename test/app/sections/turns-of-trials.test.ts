/** A chart that came whole is tried section by section, and the page has a turn before each that is long to try. */
import { expect, test } from 'vitest';
import type { Ports } from '../../../src/app/ports.ts';
import type { Session } from '../../../src/app/session.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

class PausingWorld extends World {
  readonly pauses = new Map<string, number>();

  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    return {
      ...ports,
      pause: () => {
        this.pauses.set(profile, (this.pauses.get(profile) ?? 0) + 1);
        return ports.pause();
      },
    };
  }
}

const sections = ['problems', 'medications', 'results'] as const;
/** No two words alike, for nothing of it to be compressed away. */
const words = (count: number): string =>
  Array.from({ length: count }, (_, i) => (i * 7919 + 104729).toString(36)).join(' ');

function patient(length: number): string {
  const of = (resourceType: string, more: object) => ({
    resource: { resourceType, id: resourceType, status: 'active', subject: { reference: 'Patient/p' }, ...more },
  });
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { resource: { resourceType: 'Patient', id: 'p', name: [{ family: 'Okafor' }], birthDate: '1961-04-02' } },
      of('Condition', { code: { text: words(length) } }),
      of('MedicationRequest', { intent: 'order', medicationCodeableConcept: { text: words(length) } }),
      of('Observation', { code: { text: words(length) } }),
    ],
  });
}

async function pausesToOpen(length: number): Promise<number> {
  await World.start();
  const world = new PausingWorld();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await importText(clinic, patient(length));
  await meet(clinic, pharmacy);
  world.pauses.clear();
  mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, sections, 'read'));
  await until(() => pharmacy.charts[0]?.name.includes('Okafor') === true);
  const chart = await opened(pharmacy);
  await until(() => sections.every((section) => sectionOf(chart, section).resources.size === 1));
  const pauses = world.pauses.get('bob') ?? 0;
  chart.close();
  await Promise.all([clinic, pharmacy].map((session: Session) => session.lock()));
  return pauses;
}

test('a chart that comes with three long sections gives the page three turns more than one with short ones', async () => {
  const short = await pausesToOpen(3);
  const long = await pausesToOpen(2_000);
  expect(long - short).toBeGreaterThanOrEqual(sections.length);
});
