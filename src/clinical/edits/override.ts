/**
 * An alert overridden: the reason stays with the medication, as a DetectedIssue contained in it that names the alert, who decided and
 * why, and nobody is asked the same again. What it says of an allergy lies with the allergies (sections.ts): it goes to whoever may read
 * both, as the alert does.
 */
import { alertSystem, overridesNoted, type MedicationAlert } from '../checks/medication-check.ts';
import { isArray, stringifyJson, type JsonObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { answeredRegister } from '../registers.ts';
import type { SectionEdit } from '../section-edit.ts';
import { authorOf, changed, coded, errors, objectOf, type Act, type EditOutcome, type Elements } from './edit.ts';
import { typedWords } from './typed.ts';

const actCodes = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const kinds: Readonly<Record<MedicationAlert['kind'], readonly [code: string, words: string]>> = {
  allergy: ['ALGY', 'Allergy'],
  duplicate: ['DUPTHPY', 'Duplicate therapy'],
  pair: ['DRG', 'Drug interaction'],
};

/** Elements of the medication that keep the reason; what it contains and names already stays. */
export function overrideElements(
  act: Act,
  alerts: readonly MedicationAlert[],
  reason: string,
  before: JsonObject = objectOf({}),
): Elements {
  if (alerts.length === 0) return {};
  const contained = isArray(before['contained']) ? before['contained'] : [];
  // R4 lets a MedicationRequest alone name issues; a statement names what else it rests on.
  const naming = before['resourceType'] === 'MedicationStatement' ? 'derivedFrom' : 'detectedIssue';
  const named = isArray(before[naming]) ? before[naming] : [];
  return {
    contained: [...contained, ...alerts.map((alert, index) => issueOf(act, alert, reason, issueId(act, index)))],
    [naming]: [...named, ...alerts.map((_, index) => objectOf({ reference: `#${issueId(act, index)}` }))],
  };
}

function issueId({ id }: Act, index: number): string {
  return `alert-${id}-${String(index)}`;
}

/**
 * Notes beside the medication which issues this act wrote, without saying what they are about: no file can bring that, so one with
 * somebody else's answer in it silences nothing here. `resource`: left out, the medication is made by this act.
 */
export function withOverrides(
  act: Act,
  alerts: readonly MedicationAlert[],
  outcome: EditOutcome,
  resource?: Resource,
): EditOutcome {
  if (alerts.length === 0 || outcome.kind !== 'edits') return outcome;
  const before = resource === undefined ? [] : overridesNoted(act.record, resource);
  const issues = [...before, ...alerts.map((_, index) => issueId(act, index))];
  const noted = { [answeredRegister]: stringifyJson(objectOf({ issues })) };
  const edits = outcome.edits.flatMap((edit): readonly SectionEdit[] => {
    if (resource === undefined)
      return edit.kind === 'create' ? [edit, { kind: 'change', key: edit.key, registers: noted }] : [edit];
    if (edit.kind !== 'change' || edit.key !== resource.key) return [edit];
    return [{ ...edit, registers: { ...edit.registers, ...noted } }];
  });
  return { ...outcome, edits };
}

/** A reason for alerts of a medication that is in the chart already: they came with a merge, or from elsewhere. */
export function overrideAlerts(
  act: Act,
  resource: Resource,
  alerts: readonly MedicationAlert[],
  typed: { readonly reason?: string },
): EditOutcome {
  const reason = typedWords(typed.reason, { required: true });
  const wrong = errors({ reason: reason.reason });
  if (wrong !== undefined) return wrong;
  const elements = overrideElements(act, alerts, reason.value ?? '', resource.json);
  return withOverrides(act, alerts, changed(resource, elements), resource);
}

function issueOf(act: Act, alert: MedicationAlert, reason: string, id: string): JsonObject {
  const author = authorOf(act);
  return objectOf({
    resourceType: 'DetectedIssue',
    id,
    identifier: [objectOf({ system: alertSystem, value: alert.id })],
    status: 'final',
    code: coded(actCodes, ...kinds[alert.kind]),
    severity: alert.severity,
    identifiedDateTime: act.now,
    implicated: [objectOf({ display: alert.drug.label }), objectOf({ display: alert.against.label })],
    detail: `${alert.drug.label} with ${alert.against.label}. ${alert.source}.`,
    mitigation: [objectOf({ action: objectOf({ text: `Overridden: ${reason}` }), date: act.now, author })],
  });
}
