/**
 * Letters as they are compared where people spell one word differently. Never shown, and never kept as what somebody wrote.
 */

/** Letters that Unicode does not take apart into a plain one and a mark. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    ß: 'ss',
    ø: 'o',
    æ: 'ae',
    œ: 'oe',
    ł: 'l',
    đ: 'd',
    ð: 'd',
    þ: 'th',
    ħ: 'h',
    ı: 'i',
    ŧ: 't',
    ŋ: 'n',
  }),
  // A sigma at the end of a word; letters that Arabic and Persian write in their own way; the stroke that stretches a word.
  ...Object.entries({ ς: 'σ', ى: 'ی', ي: 'ی', ك: 'ک', ة: 'ه', ٱ: 'ا', ـ: '' }),
]);
const otherLetter = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'gu');

/** Marks that are added to a letter. In scripts of India a vowel is a mark too, and stays: it makes another name. */
const addedMarks =
  /(?=\p{M})[\p{Script=Inherited}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}]/gu;

const isPlain = /^[ -~]*$/;

/** The noughts of scripts with digits of their own; what follows one are its nine others. */
const noughts = ['٠', '۰', '०', '০', '๐'].map((nought) => nought.charCodeAt(0));

/** Without accents and other marks, compatibility forms as plain letters, digits of any script as 0 to 9, in lower case. */
export function foldLetters(text: string): string {
  // Most names and all codes: nothing in them has another form.
  if (isPlain.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(addedMarks, '')
    .replaceAll(otherLetter, (letter) => plainLetters.get(letter) ?? letter)
    .replaceAll(/[٠-٩۰-۹०-९০-৯๐-๙]/gu, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - Math.max(...noughts.filter((nought) => nought <= code)));
    });
}

/** The same for whoever writes ae for ä, as in Mueller and Soerensen; undefined where there is nothing to spell out. */
export function foldSpeltOut(text: string): string | undefined {
  if (isPlain.test(text)) return undefined;
  const plain = text.normalize('NFC').toLowerCase();
  const spelt = plain.replaceAll(/[äöüøå]/gu, (letter) => speltOut.get(letter) ?? letter);
  return spelt === plain ? undefined : foldLetters(spelt);
}

const speltOut: ReadonlyMap<string, string> = new Map(Object.entries({ ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' }));
