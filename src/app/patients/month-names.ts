/**
 * Months as they are called in the languages of Europe's larger countries, as a date has them ("5 marca", "5. marraskuuta"), folded
 * (src/base/fold.ts). From the Unicode CLDR, version 44, months of the Gregorian calendar, format and stand-alone, wide; some
 * abbreviations that are no beginning.
 */

const names: readonly string[] = [
  'january januar janvier enero gennaio janeiro januari januar tammikuu stycznia ledna januara ianuarie ocak января січня ιανουαριου',
  'february februar fevrier febrero febbraio fevereiro februari februar helmikuu lutego unora februara februarie subat февраля лютого φεβρουαριου',
  'march marz mars marzo marco maart mrt marts maaliskuu marca brezna martie mart марта березня μαρτιου',
  'april avril abril aprile huhtikuu kwietnia dubna aprila aprilie nisan апреля квітня απριλιου',
  'may mai mayo maggio maio mei maj toukokuu maja kvetna mayis мая май травня μαιου',
  'june juni juin junio giugno junho kesakuu czerwca cervna juna iunie haziran июня червня ιουνιου',
  'july juli juillet julio luglio julho heinakuu lipca cervence jula iulie temmuz июля липня ιουλιου',
  'august aout agosto augustus augusti elokuu sierpnia srpna augusta agustos августа серпня αυγουστου',
  'september septembre septiembre settembre setembro syyskuu wrzesnia zari septembra septembrie eylul сентября вересня σεπτεμβριου',
  'october oktober octobre octubre ottobre outubro lokakuu pazdziernika rijna oktobra octombrie ekim октября жовтня οκτωβριου',
  'november novembre noviembre novembro marraskuu listopada listopadu novembra noiembrie kasim ноября листопада νοεμβριου',
  'december dezember decembre diciembre dicembre dezembro desember joulukuu grudnia prosince decembra decembrie aralik декабря грудня δεκεμβριου',
];

/** 1 to 12: those that a word is the name of, or begins the name of. What is shorter than three letters names none. */
export function monthsNamed(word: string): readonly number[] {
  if (word.length < 3) return [];
  return names.flatMap((month, index) =>
    month.split(' ').some((name) => name.startsWith(word) || isInflected(word, name)) ? [index + 1] : [],
  );
}

/** Some languages put an ending to it: marraskuuta. */
function isInflected(word: string, name: string): boolean {
  return name.endsWith('kuu') && word.startsWith(name);
}
