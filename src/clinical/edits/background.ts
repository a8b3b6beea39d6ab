/** What surrounds a patient: illnesses in the family, habits and work, and who else looks after them. */
import type { Resource } from '../record.ts';
import type { SectionEdit } from '../section-edit.ts';
import { authorOf, changed, coded, created, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome } from './edit.ts';
import { typedDate, typedNumber, typedWords } from './typed.ts';

type Choices = ReadonlyMap<string, string>;

/** HL7 v3 RoleCode. */
const relationships: Choices = new Map([
  ['MTH', 'Mother'],
  ['FTH', 'Father'],
  ['SIS', 'Sister'],
  ['BRO', 'Brother'],
  ['DAU', 'Daughter'],
  ['SON', 'Son'],
  ['GRMTH', 'Grandmother'],
  ['GRFTH', 'Grandfather'],
  ['AUNT', 'Aunt'],
  ['UNCLE', 'Uncle'],
  ['FAMMEMB', 'Another relative'],
]);
export const relationshipChoices: readonly (readonly [string, string])[] = [...relationships];

export interface TypedRelative {
  readonly relationship?: string;
  readonly condition?: string;
  /** Years, when it began. */
  readonly age?: string;
  readonly note?: string;
}

export function addFamilyHistory(act: Act, typed: TypedRelative): EditOutcome {
  const condition = typedWords(typed.condition, { required: true });
  const age = typedNumber(typed.age);
  const note = typedWords(typed.note);
  const relationship = relationships.get(typed.relationship ?? '');
  const wrong = errors({
    relationship: relationship === undefined ? 'required' : undefined,
    condition: condition.reason,
    age: age.reason,
    note: note.reason,
  });
  if (wrong !== undefined) return wrong;
  const onset =
    age.value === undefined
      ? undefined
      : objectOf({ value: age.value, unit: 'years', system: 'http://unitsofmeasure.org', code: 'a' });
  const edit = creation(act, 'FamilyMemberHistory', {
    status: 'completed',
    patient: subjectOf(act),
    date: act.now,
    relationship: coded('http://terminology.hl7.org/CodeSystem/v3-RoleCode', typed.relationship ?? '', relationship),
    condition: [objectOf({ code: objectOf({ text: condition.value }), onsetAge: onset })],
    note: note.value === undefined ? undefined : [objectOf({ text: note.value, time: act.now })],
  });
  return created(act, edit, [], Number(age.value?.text) > 110 ? ['age-unusual'] : []);
}

/** SNOMED CT, the answers of LOINC 72166-2 (tobacco smoking status) as US Core lists them. */
const smoking: Choices = new Map([
  ['266919005', 'Never smoked'],
  ['8517006', 'Used to smoke'],
  ['449868002', 'Smokes every day'],
  ['428041000124106', 'Smokes on some days'],
  ['77176002', 'Smokes, how often is not known'],
  ['266927001', 'Not known'],
]);
export const smokingChoices: readonly (readonly [string, string])[] = [...smoking];

export interface TypedHabits {
  /** One of smokingChoices or empty. */
  readonly smoking?: string;
  readonly alcohol?: string;
  readonly occupation?: string;
  readonly when?: string;
}

/** Each an Observation of its own, so that one can be wrong without the others. */
export function addHabits(act: Act, typed: TypedHabits): EditOutcome {
  const when = typedDate(typed.when, act.now);
  const alcohol = typedWords(typed.alcohol);
  const occupation = typedWords(typed.occupation);
  const smokes = typed.smoking ?? '';
  const isEmpty = smokes === '' && alcohol.value === undefined && occupation.value === undefined;
  const wrong = errors({
    smoking: isEmpty ? 'required' : smokes === '' || smoking.has(smokes) ? undefined : 'not-offered',
    alcohol: alcohol.reason,
    occupation: occupation.reason,
    when: when.reason,
  });
  if (wrong !== undefined) return wrong;
  const edits: SectionEdit[] = [];
  const add = (name: string, code: string, label: string, value: object): void => {
    const author = authorOf(act);
    edits.push(
      creation({ ...act, id: `${act.id}-${name}` }, 'Observation', {
        status: 'final',
        category: [
          coded('http://terminology.hl7.org/CodeSystem/observation-category', 'social-history', 'Social History'),
        ],
        code: coded('http://loinc.org', code, label),
        subject: subjectOf(act),
        effectiveDateTime: when.value ?? act.now,
        performer: author === undefined ? undefined : [author],
        ...value,
      }),
    );
  };
  if (smokes !== '')
    add('smoking', '72166-2', 'Tobacco smoking status', {
      valueCodeableConcept: coded('http://snomed.info/sct', smokes, smoking.get(smokes)),
    });
  if (alcohol.value !== undefined) add('alcohol', '11331-6', 'Alcohol use', { valueString: alcohol.value });
  if (occupation.value !== undefined) add('occupation', '11341-5', 'Occupation', { valueString: occupation.value });
  return { kind: 'edits', section: 'results', edits, questions: [] };
}

export interface TypedCarer {
  readonly name?: string;
  readonly role?: string;
  readonly contact?: string;
}

export function addCarer(act: Act, typed: TypedCarer): EditOutcome {
  const name = typedWords(typed.name, { required: true });
  const role = typedWords(typed.role, { required: true });
  const contact = typedWords(typed.contact);
  const wrong = errors({ name: name.reason, role: role.reason, contact: contact.reason });
  if (wrong !== undefined) return wrong;
  const edit = creation(act, 'CareTeam', {
    status: 'active',
    name: name.value,
    subject: subjectOf(act),
    period: objectOf({ start: act.now.slice(0, 10) }),
    participant: [objectOf({ role: [objectOf({ text: role.value })], member: objectOf({ display: name.value }) })],
    note: contact.value === undefined ? undefined : [objectOf({ text: contact.value })],
  });
  return created(act, edit);
}

/** No longer looks after the patient; that they did stays. */
export function endCarer(act: Act, resource: Resource): EditOutcome {
  const period = resource.json['period'];
  const start = typeof period === 'object' && period !== null && 'start' in period ? period['start'] : undefined;
  return changed(resource, { status: 'inactive', period: objectOf({ start, end: act.now.slice(0, 10) }) });
}
