/**
 * Names of wanted parts by the author whose entries name them. Anybody who writes an entry can name parts that do not exist,
 * without end (ATTACK-66): so authors take turns, and where there is no more room whoever names most gives way. Each has its
 * share so, over all charts and sections, whatever the others name. Knows nothing of parts but their names.
 */
import type { DeviceId } from '../base/ids.ts';

/** Of parts whose authors were not looked up. */
const nobody = '';
type Author = DeviceId | typeof nobody;

interface Share {
  readonly names: Set<string>;
  /** Those of them that somebody said not to have: the first to give way. */
  readonly refused: Set<string>;
}

export class WantedShares {
  /** Those whose turn is next come first. */
  readonly #shares = new Map<Author, Share>();
  readonly #authors = new Map<string, Author>();

  /** Also of a name that is here, when who wrote the entries that name it is known better. */
  put(name: string, authors: readonly DeviceId[] | undefined): void {
    const before = this.#authors.get(name);
    const author = this.#leastOf(authors);
    if (before !== undefined && (before === author || author === nobody)) return;
    if (before !== undefined && before !== nobody && this.#size(before) <= this.#size(author) + 1) return;
    this.remove(name);
    const share = this.#shares.get(author) ?? { names: new Set(), refused: new Set() };
    share.names.add(name);
    this.#shares.set(author, share);
    this.#authors.set(name, author);
  }

  remove(name: string): void {
    const author = this.#authors.get(name);
    const share = author === undefined ? undefined : this.#shares.get(author);
    if (author === undefined || share === undefined) return;
    this.#authors.delete(name);
    share.names.delete(name);
    share.refused.delete(name);
    if (share.names.size === 0) this.#shares.delete(author);
  }

  refused(name: string): void {
    const author = this.#authors.get(name);
    if (author !== undefined) this.#shares.get(author)?.refused.add(name);
  }

  /** Some of those that `may`, of one author after the other; the next call goes on with the next author. */
  inTurn(most: number, may: (name: string) => boolean): readonly string[] {
    const chosen: string[] = [];
    let turns = [...this.#shares].map(([author, share]) => ({ author, share, names: share.names.values() }));
    while (turns.length > 0) {
      const left: typeof turns = [];
      for (const turn of turns) {
        if (chosen.length === most) return chosen;
        const name = nextOf(turn.names, may);
        if (name === undefined) continue;
        chosen.push(name);
        left.push(turn);
        this.#shares.delete(turn.author);
        this.#shares.set(turn.author, turn.share);
      }
      turns = left;
    }
    return chosen;
  }

  /** The name, of those that `may`, in whose place one of these authors is wanted when there is no more room. */
  toGiveWay(authors: readonly DeviceId[] | undefined, may: (name: string) => boolean): string | undefined {
    const own = this.#size(this.#leastOf(authors));
    const [first, ...others] = this.#shares.values();
    if (first === undefined) return undefined;
    const largest = others.reduce((most, share) => (share.names.size > most.names.size ? share : most), first);
    const refused = nextOf(largest.refused.values(), may);
    return refused ?? (largest.names.size > own + 1 ? nextOf(largest.names.values(), may) : undefined);
  }

  /** Of several the one who names least: nobody draws what others name too into a share that is full. */
  #leastOf(authors: readonly DeviceId[] = []): Author {
    const [first = nobody, ...others] = authors;
    return others.reduce<Author>((least, author) => (this.#size(author) < this.#size(least) ? author : least), first);
  }

  #size(author: Author): number {
    return this.#shares.get(author)?.names.size ?? 0;
  }
}

function nextOf(names: Iterator<string, undefined>, may: (name: string) => boolean): string | undefined {
  for (let step = names.next(); step.done !== true; step = names.next()) if (may(step.value)) return step.value;
  return undefined;
}
