/** What the actions of the simulated world have in common: dice that choose among what is there, and how it is told. */
import type { ChartId } from '../../src/base/ids.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

export type Act = (world: World, dice: Dice) => Promise<void>;

export class Dice {
  readonly #dice: readonly number[];
  #next = 0;

  constructor(dice: readonly number[]) {
    this.#dice = dice;
  }

  below(limit: number): number {
    return (this.#dice[this.#next++ % this.#dice.length] ?? 0) % limit;
  }

  of<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.below(items.length)];
  }
}

export function working(world: World): readonly Machine[] {
  return world.machines.filter((machine) => machine.isOn);
}

export const name = (world: World, chart: ChartId): string => `chart ${world.charts.indexOf(chart)}`;
export const why = (done: { readonly ok: boolean; readonly reason?: string }): string =>
  done.ok ? 'ok' : `(${done.reason})`;
