/**
 * What a role may do, in a sentence for whoever gives it or has it. The rights themselves are access/roles.ts (ID-4); a test holds
 * these words to that table, so that no screen promises what replicas refuse.
 */
import type { Role } from '../../app/session.ts';
import { roleWords } from './words.ts';

export const roleMay: Readonly<Record<Role, string>> = {
  admin: 'Reads and writes every chart, and decides who works here and what is shared.',
  clinician: 'Reads and writes every chart. Shares none and changes nobody’s role.',
  nurse: 'Reads every chart; writes all but problems, results and administrative records.',
  frontDesk: 'Reads every chart; writes identity, demographics, documents and administrative records.',
  viewer: 'Reads every chart and changes nothing.',
};

/** From the most to the least. */
export const allRoles = ['admin', 'clinician', 'nurse', 'frontDesk', 'viewer'] as const satisfies readonly Role[];

/** Whether a role writes every part of a chart, as an import does: for any other it would be refused in its middle. */
export function writesWholeCharts(role: Role): boolean {
  return role === 'admin' || role === 'clinician';
}

export function isRole(text: string): text is Role {
  return Object.hasOwn(roleWords, text);
}
