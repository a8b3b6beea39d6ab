/** Visits: begun, with why; closed, with when; and procedures done. */
import { isObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { authorOf, changed, created, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome, Elements } from './edit.ts';
import { typedDate, typedMoment, typedWords } from './typed.ts';

/** HL7 v3 ActCode, as R4's Encounter.class. */
const visitKinds: ReadonlyMap<string, string> = new Map([
  ['AMB', 'At the practice'],
  ['HH', 'At home'],
  ['VR', 'By telephone or video'],
  ['EMER', 'Emergency'],
]);
export const visitKindChoices: readonly (readonly [string, string])[] = [...visitKinds];

export interface TypedVisit {
  readonly reason?: string;
  readonly kind?: string;
  readonly began?: string;
}

export function startVisit(act: Act, typed: TypedVisit): EditOutcome {
  const reason = typedWords(typed.reason, { required: true });
  const began = typedMoment(typed.began, act.now);
  const kind = typed.kind === undefined || typed.kind === '' ? 'AMB' : typed.kind;
  const wrong = errors({
    reason: reason.reason,
    began: began.reason,
    kind: visitKinds.has(kind) ? undefined : 'not-offered',
  });
  if (wrong !== undefined) return wrong;
  const author = authorOf(act);
  const open = act.record.ofTypes('Encounter').some(({ json }) => json['status'] === 'in-progress');
  const edit = creation(act, 'Encounter', {
    status: 'in-progress',
    class: objectOf({
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: kind,
      display: visitKinds.get(kind),
    }),
    type: [objectOf({ text: kind === 'AMB' ? 'Visit' : (visitKinds.get(kind) ?? 'Visit') })],
    subject: subjectOf(act),
    participant: author === undefined ? undefined : [objectOf({ individual: author })],
    period: objectOf({ start: began.value }),
    reasonCode: [objectOf({ text: reason.value })],
  });
  return created(act, edit, [], open ? ['another-visit-is-open'] : []);
}

export function closeVisit(act: Act, resource: Resource, typed: { readonly ended?: string }): EditOutcome {
  const ended = typedMoment(typed.ended, act.now);
  const period = resource.json['period'];
  const start = isObject(period) ? period['start'] : undefined;
  const isBefore = typeof start === 'string' && Date.parse(ended.value ?? '') < Date.parse(start);
  const wrong = errors({ ended: ended.reason ?? (isBefore ? 'before-it-began' : undefined) });
  if (wrong !== undefined) return wrong;
  const kept: Elements = isObject(period) ? period : {};
  return changed(resource, { status: 'finished', period: objectOf({ ...kept, end: ended.value }) });
}

export interface TypedProcedure {
  readonly procedure?: string;
  readonly done?: string;
  readonly note?: string;
}

export function addProcedure(act: Act, typed: TypedProcedure): EditOutcome {
  const procedure = typedWords(typed.procedure, { required: true });
  const done = typedDate(typed.done, act.now);
  const note = typedWords(typed.note);
  const wrong = errors({ procedure: procedure.reason, done: done.reason, note: note.reason });
  if (wrong !== undefined) return wrong;
  const edit = creation(act, 'Procedure', {
    status: 'completed',
    code: objectOf({ text: procedure.value }),
    subject: subjectOf(act),
    performedDateTime: done.value ?? act.now.slice(0, 10),
    recorder: authorOf(act),
    note: note.value === undefined ? undefined : [objectOf({ text: note.value, time: act.now })],
  });
  return created(act, edit);
}
