/** Names nobody bears: each surname says that it is a sample, each street and number is reserved for fiction. */
import type { Chance } from './chance.ts';

export type Sex = 'female' | 'male';

const starts = 'Test Sample Mock Demo Trial Faux Proxy Specimen Pretend Example'.split(' ');
const ends = 'wood field brook ton ham ley stone ford worth berg dale mere'.split(' ');
const given: Readonly<Record<Sex, readonly string[]>> = {
  female:
    'Amber Briony Clover Dahlia Erica Fern Ginger Hazel Iris Juniper Kalmia Laurel Marigold Nigella Olive Poppy Rosemary Saffron Tansy Violet Willow Zinnia'.split(
      ' ',
    ),
  male: 'Alder Ash Basil Birch Cedar Cliff Cobalt Dale Elder Flint Glen Heath Jasper Linden Moss Oakley Perry Reed Rowan Sage Thorne Wren'.split(
    ' ',
  ),
};
const streets = 'Invented Lane, Imaginary Road, Made-up Street, Fictional Avenue, Placeholder Way'.split(', ');

export function surname(chance: Chance): string {
  return chance.pick(starts) + chance.pick(ends);
}

export function givenNames(chance: Chance, sex: Sex): readonly string[] {
  const first = chance.pick(given[sex]);
  const second = chance.in(0.3) ? chance.pick(given[sex]) : first;
  return second === first ? [first] : [first, second];
}

export function addressLine(chance: Chance): string {
  return `${chance.whole(1, 180)} ${chance.pick(streets)}`;
}

/** 555-0100 to 555-0199 are set aside for made-up numbers (North American Numbering Plan). */
export function telephone(chance: Chance): string {
  return `+1 202-555-01${String(chance.whole(0, 99)).padStart(2, '0')}`;
}
