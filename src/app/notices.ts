/** What a person should see once. Kept sealed until dismissed; the words are in ui/. */
import { toHex } from '../base/bytes.ts';
import type { PracticeContext } from './practice-context.ts';
import type { Notice } from './session.ts';

export const noticesKey = 'notices';

/** Older ones make way: what matters of them is on the charts themselves. */
const maxNotices = 200;

export class Notices {
  readonly #context: PracticeContext;
  #notices: readonly Notice[] = [];

  private constructor(context: PracticeContext) {
    this.#context = context;
  }

  static async open(context: PracticeContext): Promise<Notices> {
    const notices = new Notices(context);
    notices.#notices =
      (await context.records.read(noticesKey, (value) => (Array.isArray(value) ? (value as Notice[]) : undefined))) ??
      [];
    return notices;
  }

  /** Newest first. */
  get all(): readonly Notice[] {
    return this.#notices;
  }

  /** Adds one, or counts it into the one of the same kind about the same chart and practice. */
  async add(notice: Omit<Notice, 'id' | 'at'>): Promise<void> {
    const same = this.#notices.find(
      ({ kind, chart, practice }) => kind === notice.kind && chart === notice.chart && practice === notice.practice,
    );
    const at = new Date(this.#context.timeMs()).toISOString();
    const id = same?.id ?? toHex(this.#context.ports.random.bytes(8));
    await this.#keep([{ ...notice, id, at }, ...this.#notices.filter((other) => other !== same)]);
  }

  async dismiss(id: string): Promise<void> {
    await this.#keep(this.#notices.filter((notice) => notice.id !== id));
  }

  async #keep(notices: readonly Notice[]): Promise<void> {
    const shown = notices.slice(0, maxNotices);
    const kept = await this.#context.content.commit({ sealed: [this.#context.records.write(noticesKey, shown)] });
    if (kept.ok) this.#notices = shown;
  }
}
