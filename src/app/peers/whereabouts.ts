/**
 * Where devices can be called: at the addresses their practice gave when we met, at those where its keepers listen (which also
 * relay to its other devices), and at our own relays. Keepers name theirs in the roster, sealed like all names there.
 */
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import type { Contacts } from './contacts.ts';
import type { PracticeContext } from '../practice-context.ts';

type Parts = Pick<PracticeContext, 'rosters' | 'names'>;

export function keeperAddresses(parts: Parts, practice: PracticeId): readonly string[] {
  const keepers = [...(parts.rosters.get(practice)?.devices.values() ?? [])].filter(
    ({ role, status }) => role === 'keeper' && status === 'active',
  );
  return keepers.flatMap(({ device }) => addressesOf(parts, device));
}

/** Where a keeper said that it listens, whatever became of it. */
export function addressesOf({ names }: Pick<Parts, 'names'>, keeper: DeviceId): readonly string[] {
  return names.of(keeper)?.addresses ?? [];
}

export function whereabouts(
  parts: Parts,
  contacts: Pick<Contacts, 'get'>,
  practice: PracticeId,
  ownAddresses: readonly string[],
): readonly string[] {
  const told = contacts.get(practice)?.addresses ?? [];
  return [...new Set([...told, ...keeperAddresses(parts, practice), ...ownAddresses])];
}
