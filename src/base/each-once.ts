/**
 * Byte strings of a list, each once: what is dear to look at (a signature) is looked at once, however often a packed frame, in which
 * repeating costs nothing, says it.
 */
interface EachOnce<T> {
  readonly once: readonly T[];
  /** Of each item of the list, where it stands in `once`. */
  readonly places: readonly number[];
}

export function eachOnce<T extends Uint8Array>(list: readonly T[]): EachOnce<T> {
  // Mostly there is one, and then nothing is compared.
  if (list.length < 2) return { once: list, places: list.map((_, place) => place) };
  // A letter a byte, by the platform: of long lists this is asked of every byte.
  const letters = new TextDecoder('latin1');
  const known = new Map<string, number>();
  const once: T[] = [];
  const places = list.map((item) => {
    const name = letters.decode(item);
    const place = known.get(name) ?? once.push(item) - 1;
    known.set(name, place);
    return place;
  });
  return { once, places };
}
