/**
 * What each role may do (ID-4): the one table. Replicas refuse what exceeds it, so it is part of the protocol: a change here
 * is a new suite or version, not a setting. Reading is limited for no role: a practice reads as one.
 */
import { bookSections, chartSections, type Section } from '../base/sections.ts';

/** From the most to the least that may be done; of concurrent changes the later in this order wins (OP-5.6). */
export const roles = ['admin', 'clinician', 'nurse', 'frontDesk', 'viewer', 'keeper'] as const;
export type Role = (typeof roles)[number];

/** Acts on rosters and charters. Writing a section is not an act: see `mayWrite`. */
export type Act =
  /** add, remove and change devices; invite practices */
  | 'manageDevices'
  /** grant, revoke, close, admit, settle, take over custody */
  | 'manageSharing'
  /** begin a chart */
  | 'createChart'
  /** make the next key of a section, where its practice may write it */
  | 'makeEpoch'
  /** hand a key it holds to a device entitled to it */
  | 'passKeys';

interface Powers {
  readonly acts: readonly Act[];
  readonly writes: readonly Section[];
}

const careActs: readonly Act[] = ['createChart', 'makeEpoch', 'passKeys'];

const powersByRole: Readonly<Record<Role, Powers>> = {
  admin: {
    acts: ['manageDevices', 'manageSharing', ...careActs],
    writes: [...chartSections, ...bookSections],
  },
  clinician: { acts: careActs, writes: [...chartSections, 'schedule', 'work', 'templates', 'audit'] },
  nurse: {
    acts: careActs,
    writes: [
      'identity',
      'demographics',
      'allergies',
      'medications',
      'vitals',
      'immunizations',
      'encounters',
      'documents',
      'schedule',
      'work',
      'audit',
    ],
  },
  frontDesk: {
    acts: careActs,
    writes: ['identity', 'demographics', 'documents', 'administrative', 'schedule', 'work', 'audit'],
  },
  // Whoever looks is written down by their own device (AU-3).
  viewer: { acts: ['passKeys'], writes: ['audit'] },
  keeper: { acts: [], writes: [] },
};

export function may(role: Role, act: Act): boolean {
  return powersByRole[role].acts.includes(act);
}

export function mayWrite(role: Role, section: Section): boolean {
  return powersByRole[role].writes.includes(section);
}

/** Keepers hold and forward; no key is ever wrapped to them. */
export function mayHoldKeys(role: Role): boolean {
  return role !== 'keeper';
}

export function lesserRole(a: Role, b: Role): Role {
  return roles.indexOf(a) > roles.indexOf(b) ? a : b;
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
