/**
 * The practice book's settings section as records: what the practice knows beside its charts (peers, links between charts).
 * Kept like a chart's facts, sealed, merged, backed up, but read by this practice alone.
 */
import { err, type Result } from '../base/result.ts';
import type { SectionEdit } from '../clinical/section-edit.ts';
import type { ChartAccess } from './charter-book.ts';
import type { ChartWriter } from './chart-writer.ts';
import type { PracticeContext } from './practice-context.ts';
import type { SectionKeeper } from './section-keeper.ts';
import type { WriteFailure } from './session.ts';

const section = 'settings';
/** A record is one value, replaced whole. */
const register = 'value';

export class PracticeBook {
  readonly #context: PracticeContext;
  readonly #writer: ChartWriter;

  constructor(context: PracticeContext, writer: ChartWriter) {
    this.#context = context;
    this.#writer = writer;
  }

  /** Inside the queue only. */
  async readAll<T>(type: string, parse: (value: unknown) => T | undefined): Promise<readonly T[]> {
    const access = await this.#access();
    if (access === undefined) return [];
    const keeper = await this.#writer.keeper(access, section);
    await this.#noteHeld(keeper);
    return [...keeper.document.resources()].flatMap(([key, { base, registers }]) => {
      if (!key.startsWith(`${type}/`)) return [];
      const value = parse((JSON.parse(registers[register] ?? base) as { value?: unknown }).value);
      return value === undefined ? [] : [value];
    });
  }

  /** What other devices of the practice wrote is taken in. Inside the queue only. */
  async refresh(): Promise<void> {
    const access = await this.#access();
    if (access === undefined) return;
    const keeper = await this.#writer.keeper(access, section);
    await keeper.refresh(access);
    await this.#noteHeld(keeper);
  }

  /** Inside the queue only. `id` may tell nothing outside the book. */
  async put(type: string, id: string, value: unknown): Promise<Result<unknown, WriteFailure>> {
    const access = await this.#access();
    if (access === undefined) return err('storage');
    const keeper = await this.#writer.keeper(access, section);
    const key = `${type}/${id}`;
    const text = JSON.stringify({ value });
    // Records have no two sides to choose between: the later device to write has seen the other's and means its own.
    const edit: SectionEdit = keeper.document.resources().has(key)
      ? { kind: 'settle', key, registers: { [register]: text } }
      : { kind: 'create', key, base: text };
    return this.#writer.write(access, new Map([[section, [edit]]]));
  }

  /** What a colleague wrote stays when its device is removed, after a restart too (CH-3): so what is held is noted. */
  async #noteHeld(keeper: SectionKeeper): Promise<void> {
    const sealed = keeper.checkpoints();
    if (sealed.length > 0) await this.#context.content.commit({ sealed });
  }

  #access(): Promise<ChartAccess | undefined> {
    return this.#context.charters.get(this.#context.self.book);
  }
}
