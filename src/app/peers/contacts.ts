/**
 * The practices we met. Owns the pinned root of each peer: its practice id is the hash of it (ID-1), so a roster that
 * resolves to that id is that peer's and nobody else's.
 */
import { fromHex, toHex, type Bytes } from '../../base/bytes.ts';
import { parsePracticeId, type PracticeId } from '../../base/ids.ts';
import { ok, type Result } from '../../base/result.ts';
import { openPracticeLabel } from '../../access/labels.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { PracticeBook } from '../work/practice-book.ts';
import type { WriteFailure } from '../session.ts';

export const contactToPinKey = 'contact-to-pin';

export interface Contact {
  readonly practice: PracticeId;
  /** Opens the names in its roster. */
  readonly contactKey: Bytes;
  /** Where its devices could be reached when last heard of. */
  readonly addresses: readonly string[];
  /** Name by which it called itself when we met; names may change, the practice id does not. */
  readonly name: string;
  readonly personName: string;
  readonly safetyPhraseConfirmed: boolean;
  readonly metAtMs: number;
}

export class Contacts {
  readonly #context: PracticeContext;
  readonly #book: PracticeBook;
  readonly #contacts = new Map<PracticeId, Contact>();
  /** Of labels opened before, what they say under which key. */
  readonly #opened = new WeakMap<Bytes, { readonly key: Bytes; readonly name: string | undefined }>();

  private constructor(context: PracticeContext, book: PracticeBook) {
    this.#context = context;
    this.#book = book;
  }

  static async open(context: PracticeContext, book: PracticeBook): Promise<Contacts> {
    const contacts = new Contacts(context, book);
    book.readers.push(() => contacts.refresh());
    await contacts.refresh();
    await contacts.#pin();
    return contacts;
  }

  /** A recovery may have left the peer it came from, for which there was no book to write into yet. */
  async #pin(): Promise<void> {
    const { records, content } = this.#context;
    const contact = await records.read(contactToPinKey, contactFromJson);
    if (contact === undefined || !(await this.put(contact)).ok) return;
    await content.commit({ sealed: [records.remove(contactToPinKey)] });
  }

  /** The book was read anew. Inside the queue only. */
  async refresh(): Promise<void> {
    for (const contact of await this.#book.readAll('Contact', contactFromJson)) this.#take(contact);
  }

  get all(): readonly Contact[] {
    return [...this.#contacts.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  get(practice: PracticeId): Contact | undefined {
    return this.#contacts.get(practice);
  }

  /** In the words of the practice itself; empty for one we never met. */
  nameOf(practice: PracticeId): string {
    const { self, rosters } = this.#context;
    if (practice === self.practice) return self.practiceName;
    const contact = this.#contacts.get(practice);
    const label = rosters.get(practice)?.label;
    const opened = contact === undefined || label === undefined ? undefined : this.#nameIn(label, contact.contactKey);
    return opened ?? contact?.name ?? '';
  }

  /** Lists ask for every row. A roster and a contact are replaced when they change, never written into. */
  #nameIn(label: Bytes, key: Bytes): string | undefined {
    const known = this.#opened.get(label);
    if (known?.key === key) return known.name;
    const name = openPracticeLabel(key, label)?.practiceName;
    this.#opened.set(label, { key, name });
    return name;
  }

  /** Inside the queue only. */
  async put(contact: Contact): Promise<Result<void, WriteFailure>> {
    const kept = await this.#book.put('Contact', contact.practice, contactToJson(contact));
    if (!kept.ok) return kept;
    this.#take(contact);
    return ok(undefined);
  }

  #take(contact: Contact): void {
    this.#contacts.set(contact.practice, contact);
    this.#context.names.setContactKey(contact.practice, contact.contactKey);
  }
}

export function contactToJson({ contactKey, ...rest }: Contact): Record<string, unknown> {
  return { v: 1, ...rest, contactKey: toHex(contactKey) };
}

function contactFromJson(value: unknown): Contact | undefined {
  const json = value as Record<string, unknown> | null;
  if (json?.['v'] !== 1) return undefined;
  const practice = parsePracticeId(String(json['practice']));
  const contactKey = fromHex(String(json['contactKey']));
  if (practice === undefined || contactKey === undefined) return undefined;
  return {
    practice,
    contactKey,
    addresses: Array.isArray(json['addresses']) ? json['addresses'].map(String) : [],
    name: String(json['name']),
    personName: String(json['personName']),
    safetyPhraseConfirmed: json['safetyPhraseConfirmed'] === true,
    metAtMs: Number(json['metAtMs']),
  };
}
