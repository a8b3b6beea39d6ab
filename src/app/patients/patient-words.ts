/** What the index says of a patient, read from the sections of a chart that are open. */
import { identityOf } from '../../clinical/identity.ts';
import { describePatient, type PersonDescription } from '../../clinical/matching/person.ts';
import { composeResource } from '../../clinical/registers.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';

interface PatientWords {
  readonly name: string;
  readonly birthDate?: string;
  readonly sex?: string;
  readonly identifier?: string;
  readonly patientKey: string;
}

export function patientWords(identity: SectionKeeper): PatientWords | undefined {
  const [stored] = identity.document.resources().values();
  const patient = stored === undefined ? undefined : composeResource(stored.base, stored.registers);
  if (stored === undefined || patient?.ok !== true) return undefined;
  const { name, birthDate, gender, identifier } = identityOf(patient.value);
  return {
    name,
    ...(birthDate === '' ? {} : { birthDate }),
    ...(gender === '' ? {} : { sex: gender }),
    ...(identifier === '' ? {} : { identifier }),
    patientKey: stored.key,
  };
}

/** What the demographics tell of a person beside that: undefined where they hold no Patient. */
export function personWords(demographics: SectionKeeper): PersonDescription | undefined {
  for (const stored of demographics.document.resources().values()) {
    const patient = composeResource(stored.base, stored.registers);
    if (patient.ok && patient.value['resourceType'] === 'Patient') return describePatient(patient.value);
  }
  return undefined;
}

export function isDeceased(demographics: SectionKeeper): boolean {
  return [...demographics.document.resources().values()].some((stored) => {
    const patient = composeResource(stored.base, stored.registers);
    if (!patient.ok || patient.value['resourceType'] !== 'Patient') return false;
    return patient.value['deceasedBoolean'] === true || patient.value['deceasedDateTime'] !== undefined;
  });
}
