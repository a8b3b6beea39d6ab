/** The particulars of a patient as fields: what every registration asks first, the rest behind “More”. */
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { FieldReason } from '../../clinical/edits/edit.ts';
import { genders, type PatientField, type TypedPatient } from '../../clinical/edits/patient.ts';
import { fieldWords } from '../chart/words.ts';
import { choiceField, textField } from '../shell/fields.ts';

type Wrong = Readonly<Record<string, FieldReason>>;

const labels: Readonly<Record<PatientField, readonly [label: string, hint?: string]>> = {
  given: ['Given names'],
  family: ['Family name'],
  formerFamily: ['Former family name', 'Before a wedding, for one'],
  birthDate: ['Birth date', '1970-03-05, or only the year'],
  gender: ['Sex'],
  genderIdentity: ['Gender', 'Where it differs, in the person’s own words'],
  language: ['Preferred language'],
  identifier: ['Identifier', 'Record number of this practice'],
  nationalNumber: ['National number'],
  insuranceNumber: ['Insurance number'],
  phone: ['Telephone'],
  email: ['E-mail'],
  street: ['Street and number'],
  city: ['Town'],
  postcode: ['Postcode'],
  contactName: ['Next of kin or contact'],
  contactRelation: ['Is the patient’s', 'Mother, neighbour …'],
  contactPhone: ['Their telephone'],
  deceased: ['Deceased', 'The date, or “yes” where it is not known'],
};

const genderWords: Readonly<Record<(typeof genders)[number], string>> = {
  female: 'Female',
  male: 'Male',
  other: 'Other',
  unknown: 'Unknown',
};

/** Asked where people register, in an order in which they are told. */
export function mainFields(typed: TypedPatient, wrong: Wrong): TemplateResult {
  const text = fieldOf(typed, wrong);
  return html`<div class="pair">${text('given')} ${text('family')}</div>
    <div class="pair">
      ${text('birthDate')}
      ${choiceField({
        name: 'gender',
        label: labels.gender[0],
        value: typed.gender ?? '',
        choices: genders.map((value) => ({ value, label: genderWords[value] })),
      })}
    </div>
    <div class="pair">${text('identifier')} ${text('phone')}</div>`;
}

const groups: readonly { readonly title: string; readonly pairs: readonly (readonly PatientField[])[] }[] = [
  { title: 'Address', pairs: [['street'], ['postcode', 'city']] },
  { title: 'Other numbers', pairs: [['nationalNumber', 'insuranceNumber']] },
  {
    title: 'About the person',
    pairs: [
      ['formerFamily', 'genderIdentity'],
      ['language', 'email'],
    ],
  },
  { title: 'Contact', pairs: [['contactName', 'contactRelation'], ['contactPhone']] },
  { title: 'Death', pairs: [['deceased']] },
];

export function moreFields(typed: TypedPatient, wrong: Wrong, open = false): TemplateResult {
  const text = fieldOf(typed, wrong);
  const isWrong = groups.some(({ pairs }) => pairs.flat().some((field) => wrong[field] !== undefined));
  return html`<wa-details summary="Address, other numbers, contact" ?open=${open || isWrong}>
    ${groups.map(
      ({ title, pairs }) =>
        html`<fieldset>
          <legend>${title}</legend>
          ${pairs.map((pair) => html`<div class="pair">${pair.map((field) => text(field))}</div>`)}
        </fieldset>`,
    )}
  </wa-details>`;
}

function fieldOf(typed: TypedPatient, wrong: Wrong) {
  return (name: PatientField): TemplateResult => {
    const [label, hint] = labels[name];
    const reason = wrong[name];
    return textField({
      name,
      label,
      value: typed[name] ?? '',
      ...(hint === undefined ? {} : { hint }),
      error: reason === undefined ? undefined : fieldWords[reason],
    });
  };
}
