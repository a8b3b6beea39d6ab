/**
 * REV: who lost the right to a section, or its place in a practice, opens nothing that was sealed by somebody who knew, whatever
 * bytes it gets, and was sent none of it.
 */
import type { ChartId, PracticeId } from '../../src/base/ids.ts';
import type { CharterState } from '../../src/access/charter.ts';
import type { Section } from '../../src/base/sections.ts';
import type { EntryHeader } from '../../src/crypto/entry.ts';
import { sections } from './writing.ts';
import { custodianOf, violated, type Replica } from './invariants.ts';
import type { World } from './world.ts';

export function checkRemoved(world: World, chart: ChartId, replicas: readonly Replica[]): void {
  const reference = custodianOf(replicas);
  if (reference === undefined) return;
  const { charter } = reference.access;
  for (const section of sections) {
    const headers = [...(reference.keepers.get(section)?.graph.headers ?? [])];
    const honest = headers.filter(([, { device }]) => isHonestDevice(world, device));
    for (const removed of replicas) {
      const { machine, disk } = removed;
      const practice = machine.practiceId;
      if (practice === undefined) continue;
      const knew = (header: EntryHeader): boolean =>
        endedBefore(charter, practice, section, header) || deviceRemovedBefore(reference, removed, header);
      const later = honest.filter(([, header]) => header.device !== machine.device && knew(header));
      if (later.length === 0) continue;
      // With every byte of the charter that there is, not only those it was sent.
      const known = new Set(removed.access.ops.map(({ id }) => id));
      const { keys } = disk.charters.extend(
        removed.access,
        reference.access.ops.filter(({ id }) => !known.has(id)),
      );
      const held = removed.keepers.get(section)?.graph;
      for (const [hash, { epoch, device }] of later) {
        const what = `an entry of ${device.slice(0, 8)} in chart ${world.charts.indexOf(chart)} ${section}`;
        if (keys.has(epoch)) violated('REV', `${machine.name}, removed, can open ${what}`);
        if (held?.get(hash) !== undefined) violated('REV', `${machine.name}, removed, was sent ${what}`);
      }
    }
  }
}

function isHonestDevice(world: World, device: string): boolean {
  return world.honest.some((machine) => [...machine.devices].some((own) => own === device));
}

/** Whether the author knew that sharing with the practice had been stopped, and it was never given again. */
function endedBefore(charter: CharterState, practice: PracticeId, section: Section, header: EntryHeader): boolean {
  const valid = charter.ops.filter(({ id }) => !charter.refused.has(id));
  const grants = valid.filter(
    ({ body }) => body.kind === 'grant' && body.practice === practice && body.sections.includes(section),
  );
  return valid.some(
    ({ id, body }) =>
      body.kind === 'revoke' &&
      body.practice === practice &&
      body.sections.includes(section) &&
      header.access.some((head) => head === id || charter.isBefore(id, head)) &&
      grants.every((grant) => charter.isBefore(grant.id, id)),
  );
}

/** Whether the author, a colleague, knew that the machine had been removed from their practice. */
function deviceRemovedBefore(reference: Replica, { machine }: Replica, header: EntryHeader): boolean {
  const { rosters } = reference.disk;
  const practice = machine.practiceId;
  if (practice === undefined || machine.device === undefined || rosters.practiceOf(header.device) !== practice)
    return false;
  return rosters.get(practice)?.at(header.roster)?.get(machine.device)?.status === 'removed';
}
