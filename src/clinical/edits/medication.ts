/**
 * Medications: prescribed, their dose changed, stopped, and "no known medications". An order that a check objects to is not made
 * without a reason: the rule stands here, so that no screen can forget it.
 */
import { conceptWords, simpleWords } from '../datatypes.ts';
import { dosagesWords } from '../dosage-words.ts';
import { isArray, isObject, type JsonObject } from '../json.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { authorOf, changed, clearedChoice, coded, created, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome, Elements, FieldReason, Question } from './edit.ts';
import { answeredAlerts, checkOrder, type MedicationAlert, type MedicationCheck } from '../checks/medication-check.ts';
import { overrideElements, withOverrides } from './override.ts';
import { noneKnownEntries, retireNoneKnown } from './none-known-entries.ts';
import { typedNumber, typedWords } from './typed.ts';

/** A dose is one statement: number, unit, route and timing are written together or not at all (AM-4). */
export interface TypedDose {
  readonly amount?: string;
  readonly unit?: string;
  readonly route?: string;
  /** "twice a day", "every 8 hours". */
  readonly timing?: string;
  readonly asNeeded?: boolean;
}

interface Override {
  /** Why it is taken although a check found something; required then, and kept with the medication. */
  readonly override?: string;
}

export interface TypedMedication extends TypedDose, Override {
  readonly medication?: string;
  readonly reason?: string;
}

export function addMedication(act: Act, typed: TypedMedication): EditOutcome {
  const medication = typedWords(typed.medication, { required: true });
  const reason = typedWords(typed.reason);
  const dose = readDose(typed);
  const { alerts } = checkOrder(act.record, medication.value ?? '');
  const override = typedWords(typed.override, { required: alerts.length > 0 });
  const wrong = errors({
    medication: medication.reason,
    reason: reason.reason,
    ...dose.reasons,
    override: medication.value === undefined ? undefined : override.reason,
  });
  if (wrong !== undefined) return wrong;
  const edit = creation(
    act,
    'MedicationRequest',
    {
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: objectOf({ text: medication.value }),
      subject: subjectOf(act),
      authoredOn: act.now,
      requester: authorOf(act),
      reasonCode: reason.value === undefined ? undefined : [objectOf({ text: reason.value })],
      dosageInstruction: dose.dosage === undefined ? undefined : [dose.dosage],
      ...overrideElements(act, alerts, override.value ?? ''),
    },
    'MedicationRequest',
  );
  const denied = noneKnownEntries(act.record, ...medicationTypes).statements;
  const retired = denied.flatMap(retireNoneKnown);
  const questions: readonly Question[] = retired.length > 0 ? ['replaces-none-known'] : [];
  return withOverrides(act, alerts, created(act, edit, retired, questions));
}

/** The whole dose anew; what the form left empty is no longer part of it. */
export function changeDose(act: Act, resource: Resource, typed: TypedDose & Override): EditOutcome {
  const dose = readDose(typed, true);
  const alerts = unansweredOf(act, resource, titleOf(resource.json));
  const override = typedWords(typed.override, { required: alerts.length > 0 });
  const wrong = errors({ ...dose.reasons, override: override.reason });
  if (wrong !== undefined) return wrong;
  const element = doseElement(resource);
  if (dosagesWords(resource.json[element]) === dosagesWords(dose.dosage === undefined ? [] : [dose.dosage])) {
    return { kind: 'edits', section: resource.section, edits: [], questions: [] };
  }
  const next = changed(resource, {
    [element]: dose.dosage === undefined ? undefined : [dose.dosage],
    ...overrideElements(act, alerts, override.value ?? '', resource.json),
  });
  return withOverrides(act, alerts, next, resource);
}

/** The drug itself was named wrongly: the whole concept is replaced, its old codes with it. */
export function changeMedicationName(
  act: Act,
  resource: Resource,
  typed: { readonly medication?: string } & Override,
): EditOutcome {
  const medication = typedWords(typed.medication, { required: true });
  if (medication.value === titleOf(resource.json)) return changed(resource, {});
  const alerts = unansweredOf(act, resource, medication.value ?? '');
  const override = typedWords(typed.override, { required: alerts.length > 0 });
  const wrong = errors({
    medication: medication.reason,
    override: medication.value === undefined ? undefined : override.reason,
  });
  if (wrong !== undefined) return wrong;
  const next = changed(resource, {
    ...clearedChoice('medication', resource.json),
    medicationCodeableConcept: objectOf({ text: medication.value }),
    ...overrideElements(act, alerts, override.value ?? '', resource.json),
  });
  return withOverrides(act, alerts, next, resource);
}

/** What a check says against an entry that goes on being taken, under this name, and nobody has given a reason for yet. */
export function checkOfChange(record: ChartRecord, resource: Resource, name: string): MedicationCheck {
  const answered = answeredAlerts(record);
  const check = checkOrder(record, name, resource.key);
  // What is over is corrected, not given.
  const isGiven = resource.json['status'] === 'active';
  return { ...check, alerts: check.alerts.filter(({ id }) => isGiven && !answered.has(id)) };
}

function unansweredOf({ record }: Act, resource: Resource, name: string): readonly MedicationAlert[] {
  return checkOfChange(record, resource, name).alerts;
}

export function stopMedication(resource: Resource, typed: { readonly reason?: string }): EditOutcome {
  const reason = typedWords(typed.reason);
  const wrong = errors({ reason: reason.reason });
  if (wrong !== undefined) return wrong;
  const concept = reason.value === undefined ? undefined : objectOf({ text: reason.value });
  // In a MedicationStatement the reason is a list.
  const asList = resource.type === 'MedicationStatement' && concept !== undefined;
  return changed(resource, { status: 'stopped', statusReason: asList ? [concept] : concept });
}

/** The typed form of a dose that is recorded, to start the form with; empty where it has more than a form can hold. */
export function doseToType(resource: Resource): TypedDose {
  const dosages = resource.json[doseElement(resource)];
  const only = isArray(dosages) && dosages.length === 1 ? dosages[0] : undefined;
  if (!isObject(only)) return {};
  const rates = only['doseAndRate'];
  const rate = isArray(rates) && rates.length === 1 ? rates[0] : undefined;
  const quantity = isObject(rate) ? rate['doseQuantity'] : undefined;
  const timing = isObject(only['timing']) ? dosagesWords([objectOf({ timing: only['timing'] })]) : '';
  const text = only['text'];
  return {
    amount: isObject(quantity) ? simpleWords(quantity['value']) : '',
    unit: isObject(quantity) ? simpleWords(quantity['unit'] ?? quantity['code']) : '',
    route: conceptWords(only['route']),
    timing: timing === '' && !isObject(quantity) && typeof text === 'string' ? text : timing,
    asNeeded: only['asNeededBoolean'] === true,
  };
}

/** "No known medications", stated by this person now. */
export function stateNoKnownMedications(act: Act): EditOutcome {
  if (noneKnownEntries(act.record, ...medicationTypes).active.length > 0) {
    return { kind: 'refused', reason: 'has-active-entries' };
  }
  const edit = creation(
    act,
    'MedicationStatement',
    {
      status: 'active',
      medicationCodeableConcept: coded('http://snomed.info/sct', '787481004', 'No known medications'),
      subject: subjectOf(act),
      effectiveDateTime: act.now,
      dateAsserted: act.now,
      informationSource: authorOf(act),
    },
    // The same list as prescriptions: a denial and a prescription written at the same time must meet.
    'MedicationRequest',
  );
  return created(act, edit);
}

const medicationTypes = ['MedicationRequest', 'MedicationStatement'] as const;

function readDose(
  typed: TypedDose,
  required = false,
): { dosage: JsonObject | undefined; reasons: Readonly<Record<string, FieldReason | undefined>> } {
  const amount = typedNumber(typed.amount);
  const unit = typedWords(typed.unit);
  const route = typedWords(typed.route);
  const timing = typedWords(typed.timing);
  const empty = [amount, unit, route, timing].every(({ value, reason }) => value === undefined && reason === undefined);
  const reasons = {
    amount: amount.reason ?? (required && empty ? 'required' : undefined),
    unit: unit.reason ?? (amount.value !== undefined && unit.value === undefined ? 'needs-unit' : undefined),
    route: route.reason,
    timing: timing.reason,
  } as const;
  if (empty && typed.asNeeded !== true) return { dosage: undefined, reasons };
  const quantity = amount.value === undefined ? undefined : objectOf({ value: amount.value, unit: unit.value });
  const parts: Elements = {
    timing: timing.value === undefined ? undefined : objectOf({ code: objectOf({ text: timing.value }) }),
    asNeededBoolean: typed.asNeeded === true ? true : undefined,
    route: route.value === undefined ? undefined : objectOf({ text: route.value }),
    doseAndRate: quantity === undefined ? undefined : [objectOf({ doseQuantity: quantity })],
  };
  return { dosage: objectOf({ text: dosagesWords([objectOf(parts)]), ...parts }), reasons };
}

function doseElement(resource: Resource): 'dosage' | 'dosageInstruction' {
  return resource.type === 'MedicationStatement' ? 'dosage' : 'dosageInstruction';
}
