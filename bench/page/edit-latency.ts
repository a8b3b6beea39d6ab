/**
 * From one person's edit to the other's screen. One clock measures: this page's, from the edit until the other page's
 * answer that it shows the edit is back, less half a round trip of an empty frame on the same channel. The plain side is
 * the same in every step, with Automerge's change bytes sent as they are and applied on arrival.
 */
import * as A from '@automerge/automerge/slim';
import { fromUtf8, toUtf8 } from '../../src/base/bytes.ts';
import type { ChartId } from '../../src/base/ids.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { DocHandle, DocumentId } from '@automerge/automerge-repo/slim';
import { registerKey } from '../../src/crdt/layout.ts';
import { startRepo, type RepoDocument } from './automerge-line.ts';
import { doseEdit, doseText, editedRegister, editedSection, medicationRequests } from './edits.ts';
import { PlainChannel } from './plain-channel.ts';
import { current, importFile, mustBeOk, open, pause, received, shareWithPeer } from './practice.ts';
import { sectionDocuments } from './section-documents.ts';

type PlainDocument = A.Doc<Record<string, A.ImmutableString>>;

/** Between two edits: what is left to do of the one before, confirmations and all, is not counted to the next. */
const restMs = 40;

let channel: PlainChannel | undefined;
let chart: OpenChart | undefined;
let plain: PlainDocument | undefined;
let handle: DocHandle<RepoDocument> | undefined;
let edited = '';
let dose = 0;

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('prepare first');
  return value;
}

// --------------------------------------------------------------------------------------------------- making ready

export async function listen(relays: readonly string[]): Promise<{ device: string; addresses: readonly string[] }> {
  channel = await PlainChannel.start(relays);
  return { device: channel.device, addresses: await channel.addresses() };
}

export function dial(device: string, addresses: readonly string[]): Promise<void> {
  return mustHave(channel).dial(device, addresses);
}

export function connectedBy(path: 'direct' | 'relayed'): Promise<void> {
  return mustHave(channel).connectedBy(path);
}

/** The editing side. Answers the plain document of the same section, for the other side to start from, and what is edited. */
export async function prepareEditing(text: string): Promise<{ document: string; key: string; resources: number }> {
  const id: ChartId = await importFile(text);
  await shareWithPeer(id, [editedSection]);
  chart = await open(id);
  const resources = chart.sections.get(editedSection)?.resources ?? new Map<never, never>();
  edited = mustHave(medicationRequests(resources)[0]);
  const saved = mustHave(sectionDocuments(chart, current().practice.device).get(editedSection)).save();
  plain = A.load(saved);
  return { document: btoa(String.fromCharCode(...saved)), key: edited, resources: resources.size };
}

/** The watching side: answers each edit with its text as soon as an open chart, or the plain document, shows it. */
export async function prepareWatching({ document, key }: { document: string; key: string }): Promise<void> {
  plain = A.load(bytesOf(document));
  const open = await received(editedSection);
  chart = open;
  let shown: string | undefined;
  open.addEventListener('change', () => {
    const text = open.sections.get(editedSection)?.resources.get(key)?.registers[editedRegister];
    if (text === shown || text === undefined) return;
    shown = text;
    void mustHave(channel).send('shown', toUtf8(text));
  });
  mustHave(channel).on('change', (change) => {
    [plain] = A.applyChanges(mustHave(plain), [change]);
    const text = plain[registerKey(key, editedRegister)]?.val ?? '';
    void mustHave(channel).send('shown', toUtf8(text));
  });
}

/** The editing side's document in automerge-repo, once the other side's repo is there. Answers its name. */
export function shareInRepo(document: string): string {
  const repo = startRepo(mustHave(channel), 'editing');
  handle = repo.import<RepoDocument>(bytesOf(document));
  return handle.documentId;
}

/** The watching side's, opened by its name; it answers each edit as the others do. */
export async function watchInRepo(name: string, key: string): Promise<void> {
  const opened = await startRepo(mustHave(channel), 'watching').find<RepoDocument>(name as DocumentId);
  opened.on('change', ({ doc }) => {
    const text = doc[registerKey(key, editedRegister)]?.val ?? '';
    void mustHave(channel).send('shown', toUtf8(text));
  });
  handle = opened;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// ------------------------------------------------------------------------------------------------------ measuring

/** Each in milliseconds. */
export async function measure(edits: number): Promise<Record<'product' | 'plain' | 'repo' | 'roundTrip', number[]>> {
  const times = { product: [] as number[], plain: [] as number[], repo: [] as number[], roundTrip: [] as number[] };
  for (let i = 0; i < edits; i++) {
    times.roundTrip.push(await roundTrip());
    times.product.push(await timeToShown(editAsProduct));
    times.plain.push(await timeToShown(editAsPlain));
    times.repo.push(await timeToShown(editAsRepo));
  }
  return times;
}

async function roundTrip(): Promise<number> {
  const line = mustHave(channel);
  await pause(restMs);
  const begin = performance.now();
  const back = line.hear('pong');
  void line.send('ping');
  await back;
  return performance.now() - begin;
}

/** So many edits without waiting in between, until the other side shows the last. */
export async function measureBurst(edits: number): Promise<Record<'product' | 'repo', number>> {
  return { product: await timeToShown(editAsProduct, edits), repo: await timeToShown(editAsRepo, edits) };
}

async function timeToShown(edit: (dose: number) => Promise<void>, edits = 1): Promise<number> {
  await pause(restMs);
  const doses = Array.from({ length: edits }, () => (dose += 1));
  const text = doseText(dose);
  const shown = mustHave(channel).hear('shown', (body) => fromUtf8(body) === text);
  const begin = performance.now();
  const saved = Promise.all(doses.map(edit));
  await shown;
  const time = performance.now() - begin;
  await saved;
  return time;
}

async function editAsProduct(next: number): Promise<void> {
  mustBeOk(await mustHave(chart).edit(editedSection, [doseEdit(edited, next)]));
}

async function editAsPlain(next: number): Promise<void> {
  plain = A.change(mustHave(plain), (draft) => {
    draft[registerKey(edited, editedRegister)] = new A.ImmutableString(doseText(next));
  });
  void mustHave(channel).send('change', mustHave(A.getLastLocalChange(plain)));
}

function editAsRepo(next: number): Promise<void> {
  mustHave(handle).change((draft) => {
    draft[registerKey(edited, editedRegister)] = new A.ImmutableString(doseText(next));
  });
  return Promise.resolve();
}
