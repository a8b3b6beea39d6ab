/**
 * Statements that there is nothing: "no known allergies". An empty list and a known absence are different facts, and so
 * is "nobody asked" (issue of every chart: a blank list read as "none" harms).
 */
import { codingsOf, conceptWords } from './datatypes.ts';
import type { JsonObject } from './json.ts';
import { isModified } from './modifiers.ts';

export interface NoneKnown {
  /** 'none-known': someone asked, there is none. 'no-information': it is stated that nobody knows. */
  readonly kind: 'none-known' | 'no-information';
  /** False when only part is denied ("no known drug allergy"): other entries do not contradict it. */
  readonly whole: boolean;
}

const whole: NoneKnown = { kind: 'none-known', whole: true };
const part: NoneKnown = { kind: 'none-known', whole: false };
const noInformation: NoneKnown = { kind: 'no-information', whole: true };

/** SNOMED CT and the codes of the International Patient Summary (absent-unknown-uv-ips, 1.1.0). */
const noneKnownByCode: ReadonlyMap<string, NoneKnown> = new Map([
  ['716186003', whole], // no known allergy
  ['409137002', part], // no known drug allergy
  ['429625007', part], // no known food allergy
  ['428607008', part], // no known environmental allergy
  ['716220001', part], // no known animal allergy
  ['1003774007', part], // no known latex allergy
  ['160245001', whole], // no current problems or disability
  ['787481004', whole], // no known medications
  ['no-known-allergies', whole],
  ['no-known-medication-allergies', part],
  ['no-known-environmental-allergies', part],
  ['no-known-food-allergies', part],
  ['no-known-problems', whole],
  ['no-known-medications', whole],
  ['no-known-immunizations', whole],
  ['no-known-procedures', whole],
  ['no-known-devices', whole],
  ['no-allergy-info', noInformation],
  ['no-problem-info', noInformation],
  ['no-medication-info', noInformation],
  ['no-immunization-info', noInformation],
  ['no-procedure-info', noInformation],
  ['no-device-info', noInformation],
]);

/** Where there are words only. "No known allergy to latex" denies a part. */
const wholeInWords =
  /^(?:no|nil|none) (?:known )?(?:current |active )?(?:allerg(?:y|ies)(?: or intolerances?| and intolerances?)?|problems?(?: or disability)?|medications?|medicines?|immuni[sz]ations?)\.?$/i;
const partInWords = /^(?:no|nil) known\b|^NKDA$/i;

export function noneKnownOf(json: JsonObject): NoneKnown | undefined {
  if (isModified(json)) return undefined;
  const concept = json['code'] ?? json['medicationCodeableConcept'] ?? json['vaccineCode'];
  for (const { code } of codingsOf(concept)) {
    const known = typeof code === 'string' ? noneKnownByCode.get(code) : undefined;
    if (known !== undefined) return known;
  }
  const words = conceptWords(concept).trim();
  if (wholeInWords.test(words)) return whole;
  return partInWords.test(words) ? part : undefined;
}
