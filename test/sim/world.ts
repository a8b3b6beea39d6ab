/**
 * The deterministic world: practices on memory stores and a network that moves one frame at a time, each choice drawn from
 * one seed. Actions are what people and networks do; the invariants are checked in replication-sim.test.ts.
 */
import type { CharterState } from '../../src/access/charter.ts';
import type { ChartId, EntryHash, PracticeId } from '../../src/base/ids.ts';
import type { Section } from '../../src/base/sections.ts';
import { TestPractice } from '../access/support/practices.ts';
import { MemoryNetwork, type MemoryTransport } from '../net/memory-network.ts';
import { Replica } from './replica.ts';

/** In every text anybody writes: must never be on a wire or a disk in the clear. */
export const canary = 'canary-penicillin-anaphylaxis';
export const simSections: readonly Section[] = ['identity', 'allergies', 'medications'];

export interface Written {
  readonly by: Replica;
  readonly chart: ChartId;
  readonly section: Section;
  readonly text: string;
  readonly hash: EntryHash;
  /** Practices whose removal the writer knew of, and no later grant. */
  readonly removed: readonly PracticeId[];
}

export interface Tally {
  edits: number;
  refusedEdits: number;
  shares: number;
  revokes: number;
  partitions: number;
  connections: number;
  frames: number;
}

export class SimWorld {
  readonly network = new MemoryNetwork({ manual: true });
  readonly replicas: readonly Replica[];
  readonly practices: readonly TestPractice[];
  readonly charts: ChartId[] = [];
  readonly written: Written[] = [];
  readonly log: string[] = [];
  readonly tally: Tally = {
    edits: 0,
    refusedEdits: 0,
    shares: 0,
    revokes: 0,
    partitions: 0,
    connections: 0,
    frames: 0,
  };
  readonly #transports: readonly MemoryTransport[];
  readonly #draw: (below: number) => number;

  private constructor(
    practices: readonly TestPractice[],
    replicas: readonly Replica[],
    draw: (below: number) => number,
  ) {
    this.practices = practices;
    this.replicas = replicas;
    this.#draw = draw;
    this.#transports = replicas.map((replica) => this.network.transport(replica.self.device));
  }

  static async begin(seed: number, names: readonly string[]): Promise<SimWorld> {
    const practices: TestPractice[] = [];
    const replicas: Replica[] = [];
    for (const name of names) {
      const practice = await TestPractice.found(`${name}-${seed}`);
      practices.push(practice);
      replicas.push(await Replica.open(practice));
    }
    const world = new SimWorld(practices, replicas, drawFrom(seed));
    for (const [i, replica] of replicas.entries()) {
      for (const other of practices) if (other.id !== replica.self.practice) await replica.meet(other);
      const transport = world.#transports[i];
      await transport?.start();
      if (transport !== undefined) replica.join(transport);
    }
    for (const replica of replicas) world.charts.push(await replica.createChart(simSections));
    return world;
  }

  /** One thing that happens, by weight. */
  async act(): Promise<void> {
    const dice = this.#draw(100);
    if (dice < 55) await this.#moveFrame();
    else if (dice < 78) await this.#edit();
    else if (dice < 86) await this.#connect();
    else if (dice < 91) this.#part();
    else if (dice < 97) await this.#share();
    else await this.#stopSharing();
  }

  /** Every link whole, until nothing moves any more. */
  async heal(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      for (const a of this.replicas)
        for (const b of this.replicas) if (a !== b) this.network.partition(a.self.device, b.self.device);
      this.network.heal();
      for (const [i, a] of this.#transports.entries())
        for (const b of this.replicas.slice(i + 1)) await a.dial(b.self.device, []);
      await this.#drain();
    }
  }

  async #drain(): Promise<void> {
    for (let frames = 0; ; frames++) {
      await rest();
      if (this.network.waiting().length === 0) return;
      if (frames > 20_000) throw new Error('frames never end');
      await this.#moveFrame();
    }
  }

  async #moveFrame(): Promise<void> {
    await rest();
    const links = this.network.waiting();
    const link = links[this.#draw(Math.max(1, links.length))];
    if (link === undefined) return;
    this.tally.frames += 1;
    await link.deliver();
  }

  async #edit(): Promise<void> {
    const by = this.#one(this.replicas);
    const held = this.charts.filter((chart) => by.charts().includes(chart));
    const chart = this.#one(held);
    const section = this.#one(simSections);
    const text = `${canary} ${by.name} ${this.written.length}`;
    const removed = removedFrom(by.charter(chart), section);
    const entry = await by.edit(chart, section, text);
    if (entry.ok) {
      this.written.push({ by, chart, section, text, removed, hash: entry.value.hash });
      this.tally.edits += 1;
    } else this.tally.refusedEdits += 1;
    this.#note('edit', by, chart, section, entry.ok);
  }

  async #connect(): Promise<void> {
    const from = this.#draw(this.replicas.length);
    const to = this.#one(this.replicas);
    if (this.replicas[from] === to) return;
    const outcome = await this.#transports[from]?.dial(to.self.device, []);
    if (outcome?.ok === true) this.tally.connections += 1;
    this.#note('connect', to, from, outcome?.ok);
  }

  #part(): void {
    const [a, b] = [this.#one(this.replicas), this.#one(this.replicas)];
    if (a === b) return;
    this.network.partition(a.self.device, b.self.device);
    if (this.#draw(2) === 0) this.network.heal();
    this.tally.partitions += 1;
    this.#note('part', a, b.name);
  }

  async #share(): Promise<void> {
    const [chart, owner, other] = this.#chartOfSomeone();
    if (chart === undefined || owner === other) return;
    const right = this.#draw(3) === 0 ? 'read' : 'write';
    const sections = this.#draw(2) === 0 ? simSections : simSections.slice(0, 2);
    const done = await owner.share(chart, other.self.practice, sections, right);
    if (done) this.tally.shares += 1;
    this.#note('share', owner, chart, other.name, right, done);
  }

  async #stopSharing(): Promise<void> {
    const [chart, owner, other] = this.#chartOfSomeone();
    if (chart === undefined || owner === other) return;
    const done = await owner.stopSharing(chart, other.self.practice);
    if (done) this.tally.revokes += 1;
    this.#note('stop sharing', owner, chart, other.name, done);
  }

  #chartOfSomeone(): readonly [ChartId | undefined, Replica, Replica] {
    const index = this.#draw(this.charts.length);
    return [this.charts[index], this.replicas[index] ?? this.#one(this.replicas), this.#one(this.replicas)];
  }

  #one<T>(items: readonly T[]): T {
    const item = items[this.#draw(items.length)];
    if (item === undefined) throw new Error('there should be something to draw from');
    return item;
  }

  #note(action: string, who: Replica, ...rest: readonly unknown[]): void {
    this.log.push([action, who.name, ...rest].join(' '));
  }
}

function removedFrom(charter: CharterState, section: Section): readonly PracticeId[] {
  const revoked = charter.ops.flatMap(({ body }) => (body.kind === 'revoke' ? [body.practice] : []));
  return revoked.filter((practice) => !charter.readersOf(section).includes(practice));
}

/** mulberry32: small, fast, and the same everywhere. */
function drawFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Lets what was set going run to its next wait: everything but a delivery is microtasks here. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
