/**
 * Practices in one process for tests of app/: the real session over IndexedDB (fake-indexeddb), two networks in memory (one
 * for replication, one for meetings) that can be cut, and seeded randomness.
 */
import 'fake-indexeddb/auto';
import type { ChartSection } from '../../../src/base/sections.ts';
import { err } from '../../../src/base/result.ts';
import { decodeMeetingMessage, type MeetingMessage } from '../../../src/access/meeting.ts';
import { openPracticeDoor } from '../../../src/app/door/door.ts';
import type { Ports } from '../../../src/app/ports.ts';
import type { OpenChart, SectionView } from '../../../src/app/charts/chart-on-screen.ts';
import type { Door } from '../../../src/app/door/door-acts.ts';
import type { ChartSummary, Session } from '../../../src/app/session.ts';
import { initCrdt } from '../../../src/crdt/init.ts';
import { openIdbStore } from '../../../src/store/idb-store.ts';
import { MemoryNetwork } from '../../net/memory-network.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { quietPorts, transportOver } from './quiet-ports.ts';

let worlds = 0;
let starts = 0;

export class World {
  readonly sync = new MemoryNetwork();
  readonly meetings = new MemoryNetwork();
  readonly #name = `world-${++worlds}`;
  readonly #locks = new Set<string>();
  nowMs = Date.parse('2026-03-02T09:00:00Z');

  static async start(): Promise<World> {
    await initCrdt();
    return new World();
  }

  /** A browser profile by name; the same name is the same profile again. */
  async door(profile: string): Promise<Door> {
    return openPracticeDoor(this.ports(profile));
  }

  async newPractice(profile: string, words: Partial<Parameters<Door['create']>[0]> = {}, at?: Door): Promise<Session> {
    const door = at ?? (await this.door(profile));
    return mustBeOk(
      await door.create({
        practiceName: `Clinic ${profile}`,
        personName: `Dr ${profile}`,
        role: 'clinician',
        deviceName: `${profile}'s laptop`,
        passphrase: 'correct horse battery',
        recoveryPhrase: door.newRecoveryPhrase(),
        sharing: true,
        ...words,
      }),
    );
  }

  /**
   * For what must not happen: waits until nobody has sent a frame or kept anything for so long. Longer than a turn
   * (1 500 ms of this world's clock) where somebody might yet take theirs.
   */
  async untilQuiet(quietMs = 150): Promise<void> {
    const lookEveryMs = 10;
    let seen = -1;
    for (let calm = 0; calm < quietMs; calm += lookEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      const now = this.sync.frames.length + this.#commits;
      if (now !== seen) calm = 0;
      seen = now;
    }
  }

  #commits = 0;

  cut(session: Session): void {
    this.sync.isolate(session.practice.device);
  }

  /** As on a full disk: what is written now fails whole. */
  failCommits(profile: string, fail: boolean): void {
    if (fail) this.#full.add(profile);
    else this.#full.delete(profile);
  }

  readonly #full = new Set<string>();

  /** Of this profile each commit for which `refuse` says so fails whole; undefined: none. */
  refuseCommits(profile: string, refuse: (() => boolean) | undefined): void {
    if (refuse === undefined) this.#refusing.delete(profile);
    else this.#refusing.set(profile, refuse);
  }

  readonly #refusing = new Map<string, () => boolean>();

  /** The line of a meeting breaks instead of carrying a message of this kind; undefined: it holds again. */
  breakMeetingsAt(kind: MeetingMessage['kind'] | undefined): void {
    this.meetings.breaks = (_nth, frame) => {
      const message = decodeMeetingMessage(frame);
      return message.ok && message.value.kind === kind;
    };
  }

  heal(): void {
    this.sync.heal();
  }

  databaseOf(profile: string): string {
    return `${this.#name}/${profile}`;
  }

  ports(profile: string): Ports {
    const name = this.databaseOf(profile);
    return {
      ...quietPorts,
      clock: { nowMs: () => (this.nowMs += 1_000) },
      random: seededRandom(`${name}/${++starts}`),
      timers: {
        // Twenty times faster than life, but for a moment without news; the long ones (auto-lock) never come.
        after: (delayMs, run) =>
          delayMs > 40_000 ? () => undefined : afterSteps(delayMs <= momentMs ? delayMs : delayMs / 20, run),
      },
      openStore: async (closed) => {
        const store = await openIdbStore(name, { onClosed: closed });
        if (!store.ok) return store;
        const commit = store.value.commit.bind(store.value);
        store.value.commit = (batch) => {
          this.#commits += 1;
          const refused = this.#full.has(profile) || this.#refusing.get(profile)?.() === true;
          return refused ? Promise.resolve(err('quota')) : commit(batch);
        };
        return store;
      },
      takeWriterLock: () => {
        if (this.#locks.has(name)) return Promise.resolve(undefined);
        this.#locks.add(name);
        return Promise.resolve(() => {
          this.#locks.delete(name);
        });
      },
      createTransport: transportOver(this.sync, this.meetings),
    };
  }
}

export async function meet(host: Session, guest: Session, by: 'link' | 'shortText' = 'link'): Promise<void> {
  const invitation = mustBeOk(await host.createInvitation());
  mustBeOk(await guest.acceptInvitation(invitation[by], new AbortController().signal));
  await until(() => host.peers.some(({ id, connection }) => id === guest.practice.id && connection === 'direct'));
  await until(() => guest.peers.some(({ id, connection }) => id === host.practice.id && connection === 'direct'));
}

export async function importText(session: Session, ...texts: readonly string[]): Promise<void> {
  const { signal } = new AbortController();
  const quiet = (): void => undefined;
  const files = texts.map((text, i) => ({ name: `file-${i}.json`, text: () => Promise.resolve(text) }));
  const plan = await session.planImport(files, quiet, signal);
  // Whoever looks like another is another: the people of a test share what does not matter to it.
  const answers = new Map(
    plan.items.map(({ id, outcome }) => [id, outcome.kind === 'same-person' ? 'new-chart' : 'apply'] as const),
  );
  const { failed } = await session.carryOutImport(plan, answers, quiet, signal);
  if (failed.length > 0) throw new Error(`import failed: ${failed.map(({ reason }) => reason).join()}`);
}

export async function opened(session: Session, which: (name: string) => boolean = () => true): Promise<OpenChart> {
  const summary = session.charts.find(({ name }) => which(name));
  if (summary === undefined) throw new Error('no such chart');
  return mustBeOk(await session.openChart(summary.id));
}

/** The chart that another practice shares, once what lies in the section has come after its charter. */
export async function openedWith(session: Session, section: ChartSection): Promise<OpenChart> {
  await until(() => session.charts.length === 1, 'the chart has come');
  const chart = await opened(session);
  await until(() => sectionOf(chart, section).resources.size > 0, `its ${section} have come`);
  return chart;
}

export function onlyChart(session: Session): ChartSummary {
  const [chart, ...others] = session.charts;
  if (chart === undefined || others.length > 0) throw new Error('there is one chart');
  return chart;
}

export function sectionOf(chart: OpenChart, section: ChartSection): SectionView {
  const view = chart.sections.get(section);
  if (view === undefined) throw new Error('an open chart has every section');
  return view;
}

/** After so long without news what came is looked at (arrivals.ts): made shorter, a part of a chart would be taken for all of it. */
const momentMs = 30;

/**
 * In steps, each at least a turn of the loop that everybody here works in: where a loaded machine stands still, whoever waits for an
 * answer is not out of patience before the other had time to give it.
 */
function afterSteps(delayMs: number, run: () => void): () => void {
  const longestStepMs = 10;
  let leftMs = delayMs;
  let id = setTimeout(step, Math.min(leftMs, longestStepMs));
  function step(): void {
    leftMs -= longestStepMs;
    if (leftMs > 0) id = setTimeout(step, Math.min(leftMs, longestStepMs));
    else run();
  }
  return () => {
    clearTimeout(id);
  };
}

const patienceMs = 20_000;
const leastLooks = 500;

/** Waits for a condition; the story goes on when it holds. Both limits are far beyond what a loaded machine needs. */
export async function until(condition: () => boolean | Promise<boolean>, what = condition.toString()): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let looks = 0; looks < leastLooks || performance.now() < end; looks++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never came true: ${what}`);
}

export function mustBeOk<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string },
): T {
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.value;
}

export function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the story has come to a point where this is there');
  return value;
}
