/** Problems: added, changed, and "no known problems". */
import { codesOfConcept } from '../fhir-status.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { authorOf, changed, clearedChoice, coded, created, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome, Elements } from './edit.ts';
import { noneKnownEntries, retireNoneKnown } from './none-known-entries.ts';
import { typedDate, typedWords } from './typed.ts';

export interface TypedProblem {
  readonly problem?: string;
  /** FHIR date, whole or partial. */
  readonly began?: string;
  readonly ended?: string;
  /** One of problemStatuses; active when empty. */
  readonly status?: string;
  readonly note?: string;
}

const problemStatuses = ['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved'] as const;

const clinicalSystem = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const verificationSystem = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const categorySystem = 'http://terminology.hl7.org/CodeSystem/condition-category';

export function addProblem(act: Act, typed: TypedProblem): EditOutcome {
  const read = readProblem(act.now, typed);
  if (read.kind === 'errors') return read.outcome;
  const edit = creation(
    act,
    'Condition',
    {
      ...statusElements(read, undefined),
      category: [coded(categorySystem, 'problem-list-item')],
      code: objectOf({ text: read.problem }),
      subject: subjectOf(act),
      onsetDateTime: read.began,
      recordedDate: act.now,
      recorder: authorOf(act),
      note: read.note === undefined ? undefined : [objectOf({ text: read.note, time: act.now })],
    },
    'Condition',
  );
  const retired = noneKnownEntries(act.record, 'Condition').statements.flatMap(retireNoneKnown);
  return created(act, edit, retired, retired.length > 0 ? ['replaces-none-known'] : []);
}

/** A field left as undefined is left as it is; an empty one is cleared. */
export function changeProblem(act: Act, resource: Resource, typed: TypedProblem): EditOutcome {
  const read = readProblem(act.now, { problem: titleOf(resource.json), ...typed });
  if (read.kind === 'errors') return read.outcome;
  return changed(resource, {
    ...(typed.problem === undefined || read.problem === titleOf(resource.json)
      ? {}
      : { code: objectOf({ text: read.problem }) }),
    ...(typed.status === undefined && typed.ended === undefined ? {} : statusElements(read, resource.json)),
    ...(typed.began === undefined ? {} : { ...clearedChoice('onset', resource.json), onsetDateTime: read.began }),
    ...(typed.note === undefined
      ? {}
      : { note: read.note === undefined ? undefined : [objectOf({ text: read.note, time: act.now })] }),
  });
}

/** "No current problems or disability", stated by this person now. */
export function stateNoKnownProblems(act: Act): EditOutcome {
  const { active } = noneKnownEntries(act.record, 'Condition');
  if (active.length > 0) return { kind: 'refused', reason: 'has-active-entries' };
  const edit = creation(
    act,
    'Condition',
    {
      clinicalStatus: coded(clinicalSystem, 'active'),
      verificationStatus: coded(verificationSystem, 'confirmed'),
      category: [coded(categorySystem, 'problem-list-item')],
      code: coded('http://snomed.info/sct', '160245001', 'No current problems or disability'),
      subject: subjectOf(act),
      recordedDate: act.now,
      recorder: authorOf(act),
    },
    'Condition',
  );
  return created(act, edit);
}

interface ReadProblem {
  readonly kind: 'read';
  readonly problem: string;
  readonly began: string | undefined;
  readonly ended: string | undefined;
  readonly status: string;
  readonly note: string | undefined;
}

function readProblem(now: string, typed: TypedProblem): ReadProblem | { kind: 'errors'; outcome: EditOutcome } {
  const problem = typedWords(typed.problem, { required: true });
  const began = typedDate(typed.began, now);
  const ended = typedDate(typed.ended, now);
  const note = typedWords(typed.note);
  const status =
    typed.status === undefined || typed.status === ''
      ? ended.value === undefined
        ? 'active'
        : 'resolved'
      : typed.status;
  const offered = (problemStatuses as readonly string[]).includes(status);
  const wrongOrder =
    began.value !== undefined && ended.value !== undefined && ended.value < began.value.slice(0, ended.value.length);
  const wrong = errors({
    problem: problem.reason,
    began: began.reason,
    ended: ended.reason ?? (wrongOrder ? 'before-it-began' : undefined),
    status: offered ? undefined : 'not-offered',
    note: note.reason,
  });
  if (wrong !== undefined) return { kind: 'errors', outcome: wrong };
  return {
    kind: 'read',
    problem: problem.value ?? '',
    began: began.value,
    ended: ended.value,
    status,
    note: note.value,
  };
}

/** Status, certainty and end are one register and written together; an active problem has no end (FHIR con-4). */
function statusElements(read: ReadProblem, current: JsonObject | undefined): Elements {
  const over = read.status === 'inactive' || read.status === 'remission' || read.status === 'resolved';
  return {
    ...(current === undefined ? {} : clearedChoice('abatement', current)),
    clinicalStatus: coded(clinicalSystem, read.status),
    verificationStatus: keptVerification(current) ?? coded(verificationSystem, 'confirmed'),
    abatementDateTime: over ? read.ended : undefined,
  };
}

/** "Provisional" stays provisional when a problem ends; "entered in error" does not survive a new status. */
function keptVerification(current: JsonObject | undefined): JsonObject | undefined {
  const verification = current?.['verificationStatus'];
  return isObject(verification) && !codesOfConcept(verification).includes('entered-in-error')
    ? verification
    : undefined;
}
