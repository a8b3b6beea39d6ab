/**
 * Medications against allergies, against each other, and against the listed pairs. A pure function of the chart as it stands: an order
 * is checked before it is saved, and a chart is checked whenever it is shown, so that an alert which only arises when two offline
 * halves meet appears when they have met.
 *
 * Nothing is ever called safe here. What was compared is counted, and what could not be compared is named: a drug or an allergy
 * that the tables do not know, a list that is not there. No alert is left out for want of certainty; which are answered is told.
 */
import { contentHash } from '../content-hash.ts';
import { isEnteredInError } from '../fhir-status.ts';
import { isArray, objects } from '../json.ts';
import type { ChartRecord, Resource } from '../record.ts';
import { answeredRegister } from '../registers.ts';
import type { ResourceKey } from '../section-edit.ts';
import { allergyRows } from '../views/allergies.ts';
import { medicationRows } from '../views/medications.ts';
import { classesFor, mustGetClass, type DrugClass } from './drug-classes.ts';
import { listedPairs, pairSource, type ListedPair } from './high-priority-pairs.ts';
import { foldDrugName, ingredientsOf, type NamedDrug } from './ingredients.ts';

/** What an alert is about: an entry of the chart, or the drug that is being ordered (no key yet). */
interface Party {
  readonly key?: ResourceKey;
  readonly label: string;
}

type AlertGround =
  | { readonly kind: 'same-ingredient'; readonly ingredient: string }
  /** Neither is in the tables, but the two share a word: "chlorhexidine". */
  | { readonly kind: 'same-word'; readonly word: string }
  | { readonly kind: 'same-class'; readonly label: string; readonly ingredients: readonly string[] }
  | { readonly kind: 'listed-pair'; readonly harm: string; readonly ingredients: readonly [string, string] };

export interface MedicationAlert {
  /** The same for the same finding, whoever finds it: what an override names. */
  readonly id: string;
  readonly kind: 'allergy' | 'duplicate' | 'pair';
  /** 'high': danger to the patient. 'moderate': look at this. */
  readonly severity: 'high' | 'moderate';
  readonly drug: Party;
  readonly against: Party;
  readonly ground: AlertGround;
  readonly source: string;
}

export interface MedicationCheck {
  /** The gravest first. */
  readonly alerts: readonly MedicationAlert[];
  /** How many entries were compared. */
  readonly medications: number;
  readonly allergies: number;
  /** How many listed pairs were looked for, and how many classes of which two members would be one therapy twice. */
  readonly pairs: number;
  readonly classes: number;
  /** Names, or parts of names, that the tables do not know. */
  readonly unknownMedications: readonly string[];
  readonly unknownAllergies: readonly string[];
}

interface Drug extends Party {
  readonly named: NamedDrug;
}

interface Allergy extends Party {
  readonly ingredients: readonly string[];
  readonly classes: readonly DrugClass[];
  /** Its words, where the tables know none of them. */
  readonly words: readonly string[];
}

const allergyClasses = classesFor('allergy').toSorted((a, b) => a.members.length - b.members.length);
const duplicateClasses = classesFor('duplicate');

/** Before an order is saved. `except`: the entry it replaces. */
export function checkOrder(record: ChartRecord, name: string, except?: ResourceKey): MedicationCheck {
  const drug: Drug = { label: name, named: ingredientsOf(name) };
  const taken = drugsOf(record).filter(({ key }) => key !== except);
  const allergies = allergiesOf(record);
  const alerts = [
    ...allergies.flatMap((allergy) => allergyAlert(drug, allergy)),
    ...taken.flatMap((other) => alertsBetween(drug, other)),
  ];
  return summed(alerts, [drug, ...taken], allergies, taken.length);
}

/** The chart as it stands: everything taken against everything. */
export function checkChart(record: ChartRecord): MedicationCheck {
  const known = checked.get(record);
  if (known !== undefined) return known;
  const check = checkAll(drugsOf(record), allergiesOf(record));
  checked.set(record, check);
  return check;
}

/** What of a chart is compared: enough to check it together with others that are not open. */
export interface Compared {
  readonly drugs: readonly ComparedEntry[];
  readonly allergies: readonly ComparedEntry[];
  /** Ids of alerts to which somebody has given a reason there. */
  readonly answered: readonly string[];
}

interface ComparedEntry {
  readonly key: ResourceKey;
  readonly label: string;
  /** Hash of what it says: the same entry in two charts of one person is one. */
  readonly says: string;
}

export function comparedIn(record: ChartRecord): Compared {
  const told = ({ key, label }: Party): readonly ComparedEntry[] =>
    key === undefined ? [] : [{ key, label, says: contentHash(record.get(key)?.json ?? null) }];
  return {
    drugs: drugsOf(record).flatMap(told),
    allergies: allergiesOf(record).flatMap(told),
    answered: [...answeredAlerts(record)],
  };
}

/** Charts of one person as one: what nobody has answered in any of them. */
export function alertsAmong(charts: readonly Compared[]): readonly MedicationAlert[] {
  const each = (entries: readonly ComparedEntry[]) => [
    ...new Map(entries.map((entry) => [`${entry.key} ${entry.says}`, entry])).values(),
  ];
  const drugs = each(charts.flatMap((chart) => chart.drugs)).map(({ key, label }) => drugNamed(label, key));
  const allergies = each(charts.flatMap((chart) => chart.allergies)).map(({ key, label }) => allergyNamed(label, key));
  const answered = new Set(charts.flatMap((chart) => chart.answered));
  return checkAll(drugs, allergies).alerts.filter(({ id }) => !answered.has(id));
}

function checkAll(taken: readonly Drug[], allergies: readonly Allergy[]): MedicationCheck {
  const later = new LaterAlike(taken);
  const alerts = taken.flatMap((drug, index) => [
    ...allergies.flatMap((allergy) => allergyAlert(drug, allergy)),
    ...later.than(index).flatMap((other) => alertsBetween(drug, other)),
  ]);
  return summed(alerts, taken, allergies, taken.length);
}

/**
 * Of a list of drugs those behind one that it may say something of: that share an ingredient, a class, a listed pair or a name. Two of
 * which nothing is shared are never compared, so that a long list costs what its alerts do.
 */
class LaterAlike {
  readonly #drugs: readonly Drug[];
  /** What drugs have in common → their places, rising. */
  readonly #places = new Map<string, number[]>();

  constructor(drugs: readonly Drug[]) {
    this.#drugs = drugs;
    for (const [place, drug] of drugs.entries())
      for (const trait of traitsOf(drug)) {
        const places = this.#places.get(trait);
        if (places === undefined) this.#places.set(trait, [place]);
        else places.push(place);
      }
  }

  than(index: number): readonly Drug[] {
    const drug = this.#drugs[index];
    if (drug === undefined) return [];
    const places = traitsOf(drug).flatMap((trait) => (this.#places.get(trait) ?? []).filter((place) => place > index));
    const rising = [...new Set(places)].sort((a, b) => a - b);
    return rising.flatMap((place) => this.#drugs[place] ?? []);
  }
}

/** Whatever `alertsBetween` compares: two without a trait in common have no alert between them. */
function traitsOf({ label, named: { ingredients } }: Drug): readonly string[] {
  if (ingredients.length === 0) return [`name ${foldDrugName(label)}`];
  const has = (members: readonly string[]): boolean => ingredients.some((ingredient) => members.includes(ingredient));
  const isOnSide = (side: ListedPair['sides'][number]): boolean =>
    has('ingredient' in side ? [side.ingredient] : mustGetClass(side.of).members);
  return [
    ...ingredients.map((ingredient) => `ingredient ${ingredient}`),
    ...duplicateClasses.flatMap(({ members }, place) => (has(members) ? [`class ${String(place)}`] : [])),
    ...listedPairs.filter(({ sides }) => sides.some(isOnSide)).map(({ number }) => `pair ${String(number)}`),
  ];
}

/** A record never changes in place, and banner and page ask for the same. */
const checked = new WeakMap<ChartRecord, MedicationCheck>();

/** Of the DetectedIssue that keeps an override. */
export const alertSystem = 'urn:peerchart:medication-alert';

/**
 * Ids of alerts to which somebody has given a reason, kept inside a medication that is still taken. Only where an override wrote it
 * (override.ts): a DetectedIssue that came in a file was somebody's answer elsewhere, and nobody here has seen the alert.
 */
export function answeredAlerts(record: ChartRecord): ReadonlySet<string> {
  const answered = record
    .ofTypes('MedicationRequest', 'MedicationStatement')
    .filter(({ json }) => json['status'] === 'active' && !isEnteredInError(json))
    .flatMap((resource) => {
      const overrides = new Set(overridesNoted(record, resource));
      return objects(resource.json['contained']).filter(({ id }) => typeof id === 'string' && overrides.has(id));
    })
    .filter((issue) => issue['resourceType'] === 'DetectedIssue' && !isEnteredInError(issue))
    .flatMap((issue) => objects(issue['identifier']))
    .filter(({ system }) => system === alertSystem)
    .map(({ value }) => value);
  return new Set(answered.filter((value) => typeof value === 'string'));
}

/** Ids of the issues inside a medication that an override wrote. */
export function overridesNoted(record: ChartRecord, medication: Resource): readonly string[] {
  const ids = record.noted(medication, answeredRegister)?.['issues'];
  return isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

function summed(
  alerts: readonly MedicationAlert[],
  drugs: readonly Drug[],
  allergies: readonly Allergy[],
  medications: number,
): MedicationCheck {
  const grave = ({ severity }: MedicationAlert) => (severity === 'high' ? 0 : 1);
  return {
    alerts: alerts.toSorted((a, b) => grave(a) - grave(b)),
    medications,
    allergies: allergies.length,
    pairs: listedPairs.length,
    classes: duplicateClasses.length,
    unknownMedications: [...new Set(drugs.flatMap(({ named }) => named.unknown))],
    unknownAllergies: allergies.filter(({ words }) => words.length > 0).map(({ label }) => label),
  };
}

function drugsOf(record: ChartRecord): readonly Drug[] {
  return medicationRows(record)
    .filter(
      ({ active, kind, noneKnown, doNotPerform, enteredInError }) =>
        active &&
        !doNotPerform &&
        !enteredInError &&
        noneKnown === undefined &&
        (kind === 'prescription' || kind === 'statement'),
    )
    .map(({ key, label }) => drugNamed(label, key));
}

function drugNamed(label: string, key: ResourceKey): Drug {
  return { key, label, named: ingredientsOf(label) };
}

/** Words that say that something is an allergy, not to what. */
const allergyWords: ReadonlySet<string> = new Set(
  'allergy allergic allergies to of intolerance intolerant hypersensitivity sensitivity reaction substance product drug and or the propensity adverse'.split(
    ' ',
  ),
);

function allergiesOf(record: ChartRecord): readonly Allergy[] {
  return allergyRows(record)
    .filter(({ active, noneKnown }) => active && noneKnown === undefined)
    .map(({ key, label }) => allergyNamed(label, key));
}

function allergyNamed(label: string, key: ResourceKey): Allergy {
  const text = ` ${foldDrugName(label)} `;
  const { ingredients } = ingredientsOf(label);
  const classes = allergyClasses.filter(
    ({ members, names }) =>
      (names ?? []).some((name) => text.includes(` ${name} `)) ||
      members.some((member) => ingredients.includes(member)),
  );
  const isKnown = ingredients.length > 0 || classes.length > 0;
  const words = text.split(' ').filter((word) => word.length > 3 && !allergyWords.has(word));
  return { key, label, ingredients, classes, words: isKnown ? [] : words.length > 0 ? words : [text.trim()] };
}

function allergyAlert(drug: Drug, allergy: Allergy): readonly MedicationAlert[] {
  const { ingredients, unknown } = drug.named;
  const about = { kind: 'allergy', drug: party(drug), against: party(allergy) } as const;
  const idWith = (what: string) => `allergy ${what} / ${foldDrugName(allergy.label)}`;
  const same = ingredients.find((ingredient) => allergy.ingredients.includes(ingredient));
  if (same !== undefined) {
    const ground = { kind: 'same-ingredient', ingredient: same } as const;
    return [{ ...about, id: idWith(same), severity: 'high', ground, source: 'the chart’s allergy list' }];
  }
  for (const shared of allergy.classes) {
    const member = ingredients.find((ingredient) => shared.members.includes(ingredient));
    if (member === undefined) continue;
    const ground = { kind: 'same-class', label: shared.label, ingredients: [member] } as const;
    const severity = shared.broad === true ? 'moderate' : 'high';
    return [{ ...about, id: idWith(member), severity, ground, source: shared.source }];
  }
  const drugWords = foldDrugName([drug.label, ...unknown].join(' ')).split(' ');
  const word = allergy.words.find((each) => drugWords.includes(each));
  if (word === undefined) return [];
  const ground = { kind: 'same-word', word } as const;
  return [{ ...about, id: idWith(word), severity: 'high', ground, source: 'the chart’s allergy list' }];
}

function alertsBetween(drug: Drug, other: Drug): readonly MedicationAlert[] {
  const pairs = listedPairs.flatMap((pair) => pairAlert(drug, other, pair));
  const duplicate = duplicateAlert(drug, other);
  return duplicate === undefined ? pairs : [...pairs, duplicate];
}

function pairAlert(drug: Drug, other: Drug, pair: ListedPair): readonly MedicationAlert[] {
  const found = membersOnSides(drug, other, pair) ?? membersOnSides(other, drug, pair);
  if (found === undefined) return [];
  return [
    {
      id: `pair ${String(pair.number)} ${found.toSorted().join(' + ')}`,
      kind: 'pair',
      severity: 'high',
      drug: party(drug),
      against: party(other),
      ground: { kind: 'listed-pair', harm: pair.harm, ingredients: found },
      source: `${pairSource} (pair ${String(pair.number)})`,
    },
  ];
}

function membersOnSides(one: Drug, two: Drug, { sides }: ListedPair): readonly [string, string] | undefined {
  const memberOf = ({ named }: Drug, side: ListedPair['sides'][number]) =>
    named.ingredients.find((ingredient) =>
      'ingredient' in side ? side.ingredient === ingredient : mustGetClass(side.of).members.includes(ingredient),
    );
  const [first, second] = [memberOf(one, sides[0]), memberOf(two, sides[1])];
  // One drug twice is a duplicate, not a pair.
  return first === undefined || second === undefined || first === second ? undefined : [first, second];
}

function duplicateAlert(drug: Drug, other: Drug): MedicationAlert | undefined {
  const about = { kind: 'duplicate', severity: 'moderate', drug: party(drug), against: party(other) } as const;
  const [ours, theirs] = [drug.named.ingredients, other.named.ingredients];
  const same = ours.find((ingredient) => theirs.includes(ingredient));
  if (same !== undefined) {
    const ground = { kind: 'same-ingredient', ingredient: same } as const;
    return { ...about, id: `duplicate ${same}`, ground, source: 'the chart’s medication list' };
  }
  for (const shared of duplicateClasses) {
    const one = ours.find((ingredient) => shared.members.includes(ingredient));
    const two = theirs.find((ingredient) => shared.members.includes(ingredient));
    if (one === undefined || two === undefined) continue;
    const ground = { kind: 'same-class', label: shared.label, ingredients: [one, two] } as const;
    return { ...about, id: `duplicate ${[one, two].sort().join(' + ')}`, ground, source: shared.source };
  }
  const name = foldDrugName(drug.label);
  if (ours.length > 0 || theirs.length > 0 || name !== foldDrugName(other.label)) return undefined;
  const ground = { kind: 'same-word', word: name } as const;
  return { ...about, id: `duplicate ${name}`, ground, source: 'the chart’s medication list' };
}

function party({ key, label }: Party): Party {
  return key === undefined ? { label } : { key, label };
}
