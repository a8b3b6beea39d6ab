/** One line of the bench's output, and how it is printed: JSON lines for machines, a table for people. */
import type { Summary } from './statistics.ts';

export interface Figure {
  /** Name, as `--only` takes it. */
  readonly figure: string;
  readonly value: number;
  readonly aim: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** What exactly was done. */
  readonly workload: string;
  /** Lowest and highest of the turns. */
  readonly spread: readonly [number, number];
  readonly turns: number;
  /** The two sides of a ratio in milliseconds or bytes: for this machine in this hour only. */
  readonly measured?: string;
}

/** A figure's fixed words; a measurement adds its numbers. */
export type FigureWords = Pick<Figure, 'figure' | 'aim' | 'unit' | 'better' | 'workload' | 'measured'>;

export function figureOf(words: FigureWords, { median, lowest, highest, turns }: Summary): Figure {
  return { ...words, value: rounded(median), spread: [rounded(lowest), rounded(highest)], turns };
}

/** The agreed fields first, in their order; spread, turns and what was measured after them. */
export function toJsonLine({ figure, value, aim, unit, better, workload, spread, turns, measured }: Figure): string {
  return JSON.stringify({ figure, value, aim, unit, better, workload, spread, turns, measured });
}

export function isReached({ value, aim, better }: Figure): boolean {
  return better === 'lower' ? value <= aim : value >= aim;
}

/** Markdown, so that docs/costs.md and the terminal show the same. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { value, aim, unit, better, spread, turns, measured = '' } = figure;
    const aimed = `${better === 'lower' ? '≤' : '≥'} ${String(aim)}`;
    const reached = isReached(figure) ? '' : ' (missed)';
    return [figure.figure, `${value} ${unit}`, `${spread.join('–')} in ${turns}`, aimed + reached, measured];
  });
  const lines = [
    ['figure', 'median', 'spread, turns', 'aim', 'measured'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What was done for each figure. */
export function toWorkloads(figures: readonly Figure[]): string {
  return figures.map(({ figure, workload }) => `- **${figure}**: ${workload}`).join('\n');
}

/** Three significant digits: more would be noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
