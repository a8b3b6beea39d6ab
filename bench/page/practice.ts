/** A practice at work in this page, by the session that the screens use; nothing of app/ is replaced. */
import { openDoor } from '../../src/app/browser.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../src/app/session.ts';
import type { ChartId } from '../../src/base/ids.ts';
import type { Result } from '../../src/base/result.ts';
import type { ChartSection } from '../../src/base/sections.ts';

export const passphrase = 'a passphrase for the bench';

let session: Session | undefined;

export function current(): Session {
  if (session === undefined) throw new Error('make a practice first');
  return session;
}

/** Whoever unlocks by another way than `unlock`. */
export function use(unlocked: Session): void {
  session = unlocked;
}

/** The practice of this profile again. */
export async function unlock(): Promise<void> {
  use(mustBeOk(await (await openDoor()).unlock(passphrase)));
}

export async function lock(): Promise<void> {
  await current().lock();
  session = undefined;
}

export async function share(sharing: boolean): Promise<void> {
  mustBeOk(await current().updateSettings({ sharing }));
}

export async function make(name: string, sharing: boolean): Promise<void> {
  const door = await openDoor();
  session = mustBeOk(
    await door.create({
      practiceName: `Practice ${name}`,
      personName: `Dr ${name}`,
      role: 'clinician',
      deviceName: `${name}'s computer`,
      passphrase,
      recoveryPhrase: door.newRecoveryPhrase(),
      sharing,
    }),
  );
}

/** Answers the chart made. */
export async function importFile(text: string): Promise<ChartId> {
  const [chart] = (await importTexts([text])).charts;
  if (chart === undefined) throw new Error('the file made no chart');
  return chart;
}

export async function importTexts(
  texts: readonly string[],
): Promise<{ readonly charts: readonly ChartId[]; readonly resources: number }> {
  const { signal } = new AbortController();
  const files = texts.map((text, i) => ({ name: `${i}.json`, text: () => Promise.resolve(text) }));
  const quiet = (): void => undefined;
  const plan = await current().planImport(files, quiet, signal);
  const answers = new Map(
    plan.items.map(({ id, outcome }) => [id, outcome.kind === 'same-person' ? 'new-chart' : 'apply'] as const),
  );
  const { written } = await current().carryOutImport(plan, answers, quiet, signal);
  if (written.length !== texts.length) throw new Error('not every file was imported');
  return {
    charts: written.map(({ chart }) => chart),
    resources: written.reduce((sum, { resources }) => sum + resources, 0),
  };
}

export async function open(chart: ChartId): Promise<OpenChart> {
  return mustBeOk(await current().openChart(chart));
}

export async function invite(): Promise<string> {
  await until(() => current().status.network.state === 'ready');
  return mustBeOk(await current().createInvitation()).link;
}

export async function accept(link: string): Promise<void> {
  mustBeOk(await current().acceptInvitation(link, new AbortController().signal));
}

export function connectedBy(path: 'direct' | 'relayed'): Promise<void> {
  return until(() => current().peers.some(({ connection }) => connection === path));
}

export async function shareWithPeer(chart: ChartId, sections: readonly ChartSection[]): Promise<void> {
  const [peer] = current().peers;
  if (peer === undefined) throw new Error('nobody to share with');
  mustBeOk(await current().share(chart, peer.id, sections, 'write'));
}

/** The chart a peer shared, once it is here and open to writing. */
export async function received(section: ChartSection): Promise<OpenChart> {
  await until(() => current().charts.some(({ own, access }) => !own && access === 'write'));
  const summary = current().charts.find(({ own }) => !own);
  if (summary === undefined) throw new Error('no chart was shared with this practice');
  const chart = await open(summary.id);
  await until(() => (chart.sections.get(section)?.resources.size ?? 0) > 0);
  return chart;
}

/** The condition is looked at when the session says something changed, and now and then besides. */
async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within a minute: ${String(condition)}`);
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function mustBeOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.reason} ${result.detail ?? ''}`);
  return result.value;
}

export function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the bench expected a value');
  return value;
}
