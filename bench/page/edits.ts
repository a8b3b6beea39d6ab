/** The one edit that is measured: another dose of a medication that the file brought. */
import type { ResourceKey, SectionEdit, StoredResource } from '../../src/clinical/section-edit.ts';

export const editedSection = 'medications';
export const editedRegister = 'dose';

export function doseText(dose: number): string {
  return JSON.stringify({ dosageInstruction: [{ text: `${dose} mg daily` }] });
}

export function doseEdit(key: ResourceKey, dose: number): SectionEdit {
  return { kind: 'change', key, registers: { [editedRegister]: doseText(dose) } };
}

export function medicationRequests(resources: ReadonlyMap<ResourceKey, StoredResource>): readonly ResourceKey[] {
  const keys = [...resources.keys()].filter((key) => key.startsWith('MedicationRequest/'));
  if (keys.length === 0) throw new Error('the file should hold a prescription');
  return keys;
}
