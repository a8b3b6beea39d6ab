/** Attached files of several charts read as one: each file is asked of the chart that names it. */
import type { Bytes } from '../../base/bytes.ts';
import { err, type Result } from '../../base/result.ts';
import type { ChartFiles, FileState } from '../charts/chart-on-screen.ts';

export class MergedFiles implements ChartFiles {
  readonly #parts: readonly ChartFiles[];

  constructor(parts: readonly ChartFiles[]) {
    this.#parts = parts;
  }

  state(data: string): FileState | undefined {
    return this.#of(data)?.state(data);
  }

  want(data: string): void {
    this.#of(data)?.want(data);
  }

  open(data: string): Promise<Result<Bytes, 'missing' | 'damaged'>> {
    return this.#of(data)?.open(data) ?? Promise.resolve(err('missing'));
  }

  /** Where it is whole, if several name it. */
  #of(data: string): ChartFiles | undefined {
    const naming = this.#parts.filter((files) => files.state(data) !== undefined);
    return naming.find((files) => files.state(data)?.kind === 'here') ?? naming[0];
  }
}
