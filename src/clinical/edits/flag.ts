/** An alert: what everybody who opens the chart must know and no list says ("aggressive dog at home", "needs an interpreter"). */
import {
  coded,
  changed,
  created,
  creation,
  errors,
  objectOf,
  subjectOf,
  authorOf,
  type Act,
  type EditOutcome,
} from './edit.ts';
import { isObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { typedWords } from './typed.ts';

export interface TypedFlag {
  readonly alert?: string;
}

const categorySystem = 'http://terminology.hl7.org/CodeSystem/flag-category';

export function addFlag(act: Act, typed: TypedFlag): EditOutcome {
  const alert = typedWords(typed.alert, { required: true });
  const wrong = errors({ alert: alert.reason });
  if (wrong !== undefined || alert.value === undefined)
    return wrong ?? { kind: 'errors', errors: { alert: 'required' } };
  const edit = creation(act, 'Flag', {
    status: 'active',
    category: [coded(categorySystem, 'clinical')],
    code: objectOf({ text: alert.value }),
    subject: subjectOf(act),
    period: objectOf({ start: act.now }),
    author: authorOf(act),
  });
  return created(act, edit);
}

/** It no longer holds; it stays in the chart with its days. */
export function endFlag(act: Act, resource: Resource): EditOutcome {
  const { period } = resource.json;
  return changed(resource, {
    status: 'inactive',
    period: objectOf({ ...(isObject(period) ? period : {}), end: act.now }),
  });
}
