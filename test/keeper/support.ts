/** A keeper in the world of practices in one process: on a disk in memory, over the same two networks. */
import { randomBytes } from 'node:crypto';
import type { Session } from '../../src/app/session.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { MemoryDisk, openMemoryStore } from '../../src/store/memory-store.ts';
import type { DamagedRecord, Store } from '../../src/store/store.ts';
import { mustBeOk, until, type World } from '../app/support/world.ts';
import { seededRandom } from '../support/seeded-random.ts';

export interface KeeperMachine {
  readonly keeper: Keeper;
  readonly store: Store;
  readonly disk: MemoryDisk;
  readonly seed: Bytes;
  /** The six digits last shown. */
  readonly codes: string[];
  readonly failures: unknown[];
}

interface KeeperStart {
  readonly seed?: Bytes;
  readonly disk?: MemoryDisk;
  /** What opening the store found. */
  readonly damaged?: readonly DamagedRecord[];
}

export async function startKeeper(
  world: World,
  { seed = new Uint8Array(randomBytes(32)), disk = new MemoryDisk(), damaged = [] }: KeeperStart = {},
): Promise<KeeperMachine> {
  const codes: string[] = [];
  const failures: unknown[] = [];
  const store = openMemoryStore(disk);
  const ports = world.ports('keeper');
  const keeper = await Keeper.start({
    ...{ store, seed, timers: ports.timers, damaged, name: 'Cellar' },
    clock: { nowMs: () => world.nowMs },
    random: seededRandom(`keeper ${Buffer.from(seed).toString('hex')}`),
    createTransport: async ({ allow, allowMeeting }) => {
      const transport = await ports.createTransport({ seed, relays: [], iceServers: [], allow, allowMeeting });
      return Object.assign(transport, { addresses: () => ['/memory/cellar'] });
    },
    told: {
      code: (digits) => {
        if (digits !== undefined) codes.push(digits);
      },
      changed: () => undefined,
      failed: (error) => failures.push(error),
    },
  });
  return { keeper, store, disk, seed, codes, failures };
}

export function pairingTextOf({ keeper }: KeeperMachine): string {
  const { state } = keeper;
  if (state.kind !== 'pairing') throw new Error('the keeper is a member already');
  return state.text;
}

/** The whole way: text, six digits, yes. */
export async function addKeeper(world: World, session: Session, machine = startKeeper(world)): Promise<KeeperMachine> {
  const added = await machine;
  mustBeOk(await session.people.addKeeper(pairingTextOf(added), new AbortController().signal));
  const request = session.people.requests.find(({ role }) => role === 'keeper');
  if (request === undefined || request.shortCode !== added.codes.at(-1)) throw new Error('both show the same digits');
  mustBeOk(await session.people.answer(request.id, true));
  await until(() => added.keeper.state.kind === 'member', 'the keeper is a member');
  return added;
}

export function entriesAt({ keeper }: KeeperMachine): number {
  const { state } = keeper;
  return state.kind === 'pairing' ? 0 : state.entries;
}
