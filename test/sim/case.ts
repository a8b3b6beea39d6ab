/**
 * What a run of the simulated world is made of, as plain data: a seed, a shape, and what people, networks and attackers do and
 * when. An action names nobody: its dice choose among what is there when its time has come, so that a case from which actions
 * were taken is a case again (shrink.ts). Cases that failed once are kept in corpus/ and tried first.
 */
import { Chance } from './chance.ts';
import type { Shape } from './founding.ts';

export const actionKinds = [
  'register',
  'create',
  'change',
  'settle',
  'share',
  'stop',
  'admit',
  'settleFork',
  'role',
  'remove',
  'restore',
  'handOver',
  'takeOver',
  'pair',
  'changeSeats',
  'cut',
  'mend',
  'storm',
  'crash',
  'restart',
  'together',
  'unaware',
  'hostile',
  'forgery',
  'relay',
  'keeperCrash',
  'keeperWipe',
  'keeperRemove',
  'attach',
  'mergeCharts',
  'note',
  'rest',
] as const;

export type ActionKind = (typeof actionKinds)[number];

export interface Action {
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  readonly kind: ActionKind;
  /** Below 1000 each. */
  readonly dice: readonly number[];
}

export interface SimCase {
  readonly seed: number;
  readonly shape: Shape;
  /** Whether the first practice has one. */
  readonly keeper?: boolean;
  readonly actions: readonly Action[];
}

const dicePerAction = 6;
const shapes: readonly Shape[] = [
  [1, 1, 1],
  [2, 1],
  [2, 1, 1],
  [1, 2],
];

/** How often each kind is drawn, of the sum of all. */
const weights: Readonly<Record<ActionKind, number>> = {
  register: 1,
  create: 14,
  change: 22,
  settle: 6,
  share: 7,
  stop: 5,
  admit: 3,
  settleFork: 2,
  role: 2,
  remove: 1,
  restore: 1,
  handOver: 2,
  takeOver: 4,
  pair: 2,
  changeSeats: 4,
  cut: 6,
  mend: 5,
  storm: 4,
  crash: 5,
  restart: 2,
  together: 4,
  unaware: 3,
  hostile: 14,
  forgery: 0,
  relay: 0,
  keeperCrash: 0,
  keeperWipe: 0,
  keeperRemove: 0,
  attach: 0,
  mergeCharts: 0,
  note: 0,
  rest: 0,
};

/** Until here everyone gets to know the first chart. */
export const prologueMs = 25_000;
const setPiecesMs = 16_000;
const endMs = 150_000;
/** By now somebody has what was written in the set pieces: who sent it is not to be cut off before (REAL). */
export const setPiecesHeardMs = prologueMs + setPiecesMs + 10_000;
const drawnActions = 18;

/** In every run, so that each shows what the invariants are about (REAL). */
const always: readonly ActionKind[] = [
  'together',
  'crash',
  'crash',
  'crash',
  'unaware',
  'hostile',
  'hostile',
  'hostile',
];

/** In every run with a keeper. */
const alwaysWithKeeper: readonly ActionKind[] = ['relay', 'relay', 'keeperCrash', 'keeperCrash'];

/** One run of so many has each of these. */
const runsPerRarity = 5;
const rarities: readonly ActionKind[] = ['attach', 'mergeCharts', 'note', 'rest'];

/** Every run has one of these more, in turn. */
const inTurn: readonly ActionKind[] = ['handOver', 'pair', 'changeSeats', 'restore'];

export function caseOf(seed: number): SimCase {
  const chance = new Chance(`case ${seed}`);
  const bag = actionKinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind));
  const round = Math.floor(seed / shapes.length);
  const keeper = round % 2 === 0;
  const turn = inTurn[Math.floor(round / 2) % inTurn.length] ?? 'pair';
  const kinds = [
    ...always,
    ...Array.from({ length: drawnActions }, () => bag[chance.below(bag.length)] ?? 'change'),
    turn,
    ...(keeper ? alwaysWithKeeper : []),
    ...(keeper && chance.oneIn(2) ? ['keeperWipe' as const] : []),
    ...(keeper && chance.oneIn(5) ? ['keeperRemove' as const] : []),
  ];
  const actions = kinds.map((kind) => ({
    atMs: prologueMs + setPiecesMs + chance.below(endMs - prologueMs - setPiecesMs),
    kind,
    dice: Array.from({ length: dicePerAction }, () => chance.below(1000)),
  }));
  // Before the rest: everyone writes at once, somebody hears of a forgery, and one practice writes on without knowing that it
  // was stopped. What the dice make of it is left to them.
  const first: readonly ActionKind[] = ['forgery', 'together', 'unaware', 'mend'];
  for (const [i, kind] of first.entries())
    actions.push({
      atMs: prologueMs + 4_000 * i,
      kind,
      dice: Array.from({ length: dicePerAction }, () => chance.below(1000)),
    });
  const rarity = rarities[seed % runsPerRarity];
  if (rarity !== undefined) {
    const dice = Array.from({ length: dicePerAction }, () => chance.below(1000));
    actions.push({ atMs: prologueMs + setPiecesMs - 2_000, kind: rarity, dice });
  }
  const shape = shapes[seed % shapes.length] ?? [1, 1];
  return { seed, shape, keeper, actions: actions.sort((a, b) => a.atMs - b.atMs) };
}
