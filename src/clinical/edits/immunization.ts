/** A vaccine given, here or elsewhere, or not given and why. By its CVX code where it is in the list, else in words. */
import type { Act, EditOutcome } from './edit.ts';
import { authorOf, coded, created, creation, errors, objectOf, subjectOf } from './edit.ts';
import { cvxSystem, vaccineByCode } from '../vaccines/cvx.ts';
import { hasCode } from '../datatypes.ts';
import { readDate } from '../readable-date.ts';
import { typedDate, typedNumber, typedWords } from './typed.ts';

export interface TypedImmunization {
  /** CVX code of the list, or empty. */
  readonly code?: string;
  /** In words, where the list has it not. */
  readonly vaccine?: string;
  readonly given?: string;
  /** 'here', 'elsewhere' (told by the patient or a card), 'not-given'. */
  readonly how?: string;
  /** Why it was not given. */
  readonly reason?: string;
  readonly lot?: string;
  readonly expires?: string;
  readonly amount?: string;
  readonly site?: string;
}

const hows: readonly string[] = ['here', 'elsewhere', 'not-given'];

export function addImmunization(act: Act, typed: TypedImmunization): EditOutcome {
  const known = vaccineByCode(typed.code ?? '');
  const words = typedWords(typed.vaccine, { required: known === undefined });
  const given = typedDate(typed.given, act.now);
  const how = typed.how === undefined || typed.how === '' ? 'here' : typed.how;
  const reason = typedWords(typed.reason, { required: how === 'not-given' });
  const lot = typedWords(typed.lot);
  // Whether it is past is for the day it was given: no date of an expiry lies in the future of `now` by rule.
  const expires = typedDate(typed.expires, '9999-12-31');
  const amount = typedNumber(typed.amount);
  const site = typedWords(typed.site);
  const wrong = errors({
    code: (typed.code ?? '') !== '' && known === undefined ? 'not-offered' : undefined,
    vaccine: words.reason,
    given: given.reason,
    how: hows.includes(how) ? undefined : 'not-offered',
    reason: reason.reason,
    lot: lot.reason,
    expires: expires.reason,
    amount: amount.reason,
    site: site.reason,
  });
  if (wrong !== undefined) return wrong;
  const day = given.value ?? act.now.slice(0, 10);
  const isGiven = how !== 'not-given';
  const author = authorOf(act);
  const vaccineCode = known === undefined ? objectOf({ text: words.value }) : coded(cvxSystem, known.code, known.name);
  const edit = creation(
    act,
    'Immunization',
    {
      status: isGiven ? 'completed' : 'not-done',
      statusReason: isGiven ? undefined : objectOf({ text: reason.value }),
      vaccineCode,
      patient: subjectOf(act),
      occurrenceDateTime: day,
      recorded: act.now,
      primarySource: how !== 'elsewhere',
      reportOrigin: how === 'elsewhere' ? objectOf({ text: 'Told by the patient or a record' }) : undefined,
      lotNumber: lot.value,
      expirationDate: expires.value,
      doseQuantity:
        amount.value === undefined
          ? undefined
          : objectOf({ value: amount.value, unit: 'mL', system: 'http://unitsofmeasure.org', code: 'mL' }),
      site: site.value === undefined ? undefined : objectOf({ text: site.value }),
      performer: how === 'here' && author !== undefined ? [objectOf({ actor: author })] : undefined,
    },
    'Immunization',
  );
  const isPast = expires.value !== undefined && expires.value < day.slice(0, expires.value.length);
  return created(
    act,
    edit,
    [],
    [
      ...(isPast && isGiven ? (['vaccine-expired'] as const) : []),
      ...(isGiven && known !== undefined && wasGiven(act, known.code, day) ? (['vaccine-given-lately'] as const) : []),
    ],
  );
}

/** The same vaccine within 27 days: the shortest interval of the schedule is 28 (CDC, Table 3-2 of the Best Practices, minimum intervals). */
function wasGiven({ record }: Act, code: string, day: string): boolean {
  const nearMs = 27 * 24 * 3_600_000;
  return record.ofTypes('Immunization').some(({ json }) => {
    const date = readDate(json['occurrenceDateTime']);
    const isSame = json['status'] === 'completed' && hasCode(json['vaccineCode'], new Set([code]));
    return isSame && date !== undefined && Math.abs(date.sortMs - Date.parse(day)) <= nearMs;
  });
}
