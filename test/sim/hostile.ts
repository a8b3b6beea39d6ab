/**
 * What somebody with real keys of a real device sends beside its honest program: frames put on its living connections. Each
 * act says what may become of it: `world.never` for texts no replica may show, `world.evilOps` for operations none may keep.
 */
import { decodeChange, encodeChange } from '@automerge/automerge/slim';
import { encodeCharterOperation, encodeRosterOperation, encodeSignedOp } from '../../src/access/operation.ts';
import { signBytes, signOperation, type VerifiedOp } from '../../src/access/verify-operation.ts';
import { decodeOperation } from '../../src/access/operation.ts';
import type { CharterBody } from '../../src/access/operation-bodies.ts';
import type { ChartAccess } from '../../src/app/charters/charter-book.ts';
import type { PracticeContext } from '../../src/app/practice-context.ts';
import { SectionKeeper } from '../../src/app/sections/section-keeper.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import { changeHash, type ChangeHash, type ChartId, type DeviceId } from '../../src/base/ids.ts';
import { actorOf, chainStart } from '../../src/crypto/chain.ts';
import { markAdmitted, signEntry, type VerifiedEntry } from '../../src/crypto/entry.ts';
import { openEntry, sealEntry } from '../../src/crypto/sealed-entry.ts';
import { encodeFrame, type Message } from '../../src/net/wire.ts';
import { sections } from './writing.ts';
import type { Dice } from './choosing.ts';
import { canary } from './canary.ts';
import { sealBy } from '../app/support/seal-by.ts';
import { diskOf } from './break-in.ts';
import type { World } from './world.ts';

type Section = (typeof sections)[number];

interface Scene {
  readonly world: World;
  readonly dice: Dice;
  /** The attacker's own disk, keys included. */
  readonly own: PracticeContext;
  readonly access: ChartAccess;
  readonly chart: ChartId;
  readonly section: Section;
  readonly victims: readonly DeviceId[];
  readonly text: string;
}

/** One of all, or the one named. */
export async function hostileAct(world: World, dice: Dice, named?: 'forges'): Promise<void> {
  const { hostile } = world;
  const chart = world.charts[dice.below(2) === 0 ? 0 : dice.below(Math.max(1, world.charts.length))];
  if (hostile.device === undefined || !hostile.isOn || chart === undefined) return;
  const victims = world.wires.sync.connected(hostile.device);
  const own = await diskOf(hostile);
  const access = await own.charters.get(chart);
  const [name, act] = named === undefined ? (dice.of(attacks) ?? []) : ([named, forge] as const);
  if (access === undefined || name === undefined || act === undefined || victims.length === 0) return;
  const text = `${canary} hostile ${world.log.length}`;
  const section = dice.of(sections) ?? 'allergies';
  const scene = { world, dice, own, access, chart, section, victims, text };
  const done = await act(scene);
  world.note(`${hostile.name} ${name} in chart ${world.charts.indexOf(chart)} ${section}${done ? '' : ': cannot'}`);
}

type Attack = (scene: Scene) => Promise<boolean>;

const attacks: readonly (readonly [string, Attack])[] = [
  ['sends an entry with another signature', forge],
  ['sends an entry in the name of another', impersonate],
  ['sends an entry with another ciphertext', swapCiphertext],
  ['sends again what it had', replay],
  ['sends a malformed change', malform],
  ['sends a false chain value', lieInHeader],
  ['writes without the right to', writeWithoutRight],
  ['forks its chain', fork],
  ['seals an entry and keeps it back', keepBack],
  ['sends what it kept back', sendLate],
  ['gives itself rights', giveRights],
  ['sends other operations it may not', otherOperations],
  ['adds a device to the other practice', addDevice],
  ['sends noise', noise],
];

// ---------------------------------------------------------------------------------------------------------- entries

async function crafted(scene: Scene, text = scene.text): Promise<VerifiedEntry | undefined> {
  const { own, access, section } = scene;
  const keeper = await SectionKeeper.load(own, access, section);
  const [epoch] = access.charter.usableEpochs(section, access.broken);
  const type = section === 'allergies' ? 'AllergyIntolerance' : 'MedicationStatement';
  const id = `hostile-${text.split(' ').at(-1) ?? ''}`;
  const base = JSON.stringify({ resourceType: type, id, note: [{ text }] });
  const edit = { kind: 'create', key: `${type}/${id}`, base } as const;
  const sealed = epoch === undefined ? undefined : await sealBy(keeper, [edit], own.timeMs(), access, epoch);
  keeper.close();
  return sealed?.ok === true ? sealed.value.entries[0] : undefined;
}

function send(scene: Scene, bytes: readonly Bytes[], to: readonly DeviceId[] = scene.victims): void {
  const { chart, section } = scene;
  sendFrame(scene, { kind: 'entries', sections: [{ chart, section, entries: bytes }] }, to);
}

function sendFrame({ world, own, victims }: Scene, message: Message, to: readonly DeviceId[] = victims): void {
  for (const device of to) world.wires.sync.inject(own.self.device, device, encodeFrame(message));
}

function flipped(bytes: Bytes, at: number): Bytes {
  const copy = new Uint8Array(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

async function forge(scene: Scene): Promise<boolean> {
  const entry = await crafted(scene);
  if (entry === undefined) return false;
  scene.world.never.set(scene.text, 'OP-3: nobody signed it');
  send(scene, [flipped(entry.bytes, entry.bytes.length - entry.header.ctLength - 40)]);
  scene.world.tally.forged += 1;
  return true;
}

async function impersonate(scene: Scene): Promise<boolean> {
  const entry = await crafted(scene);
  const [victim] = scene.victims;
  if (entry === undefined || victim === undefined) return false;
  scene.world.never.set(scene.text, 'OP-3: the device it names did not sign it');
  const bytes = Buffer.from(entry.bytes);
  Buffer.from(victim, 'hex').copy(bytes, bytes.indexOf(Buffer.from(entry.header.device, 'hex')));
  send(scene, [new Uint8Array(bytes)]);
  scene.world.tally.forged += 1;
  return true;
}

async function swapCiphertext(scene: Scene): Promise<boolean> {
  const entry = await crafted(scene);
  if (entry === undefined) return false;
  scene.world.never.set(scene.text, 'EN-7: its ciphertext is another');
  send(scene, [flipped(entry.bytes, entry.bytes.length - 10)]);
  scene.world.tally.forged += 1;
  return true;
}

function replay({ world, dice, own, victims }: Scene): Promise<boolean> {
  const { device } = own.self;
  const had = world.frames.filter(({ from, to }) => from === device || to === device);
  const frame = had[dice.below(Math.max(1, had.length))];
  for (const to of victims) if (frame !== undefined) world.wires.sync.inject(device, to, frame.frame);
  return Promise.resolve(frame !== undefined);
}

/** A change that its author's own program would never write, in an entry that is otherwise in order. */
async function malform(scene: Scene): Promise<boolean> {
  const entry = await crafted(scene);
  if (entry === undefined) return false;
  const changed = await withChanges(scene, entry, (bytes) => {
    const change = decodeChange(bytes);
    const wrong = scene.dice.of(faults) ?? faults[0];
    return wrong === undefined ? bytes : wrong(change);
  });
  if (changed === undefined) return false;
  scene.world.never.set(scene.text, 'AM-1: its change is malformed');
  send(scene, [changed.bytes]);
  return true;
}

type Decoded = ReturnType<typeof decodeChange>;
const encoded = (change: Decoded): Bytes => new Uint8Array(encodeChange(change));
const faults: readonly ((change: Decoded) => Bytes)[] = [
  (change) => encoded({ ...change, startOp: change.startOp + 1 }),
  (change) => encoded({ ...change, seq: change.seq + 1 }),
  (change) => encoded({ ...change, actor: '00112233445566778899aabbccddeeff' }),
  (change) => encoded({ ...change, message: 'half past nine' }),
  (change) => encoded({ ...change, ops: change.ops.filter(({ key }) => !key.endsWith('#mark')) }),
  (change) => encoded({ ...change, ops: change.ops.map((op) => ({ ...op, value: 7 })) }),
  (change) => encoded({ ...change, ops: change.ops.map((op) => ({ ...op, pred: [`1@${change.actor}`] })) }),
  (change) => encoded(change).subarray(0, 40),
];

async function withChanges(
  { own, access, chart, section }: Scene,
  entry: VerifiedEntry,
  change: (bytes: Bytes) => Bytes,
): Promise<VerifiedEntry | undefined> {
  const epochKey = access.keys.get(entry.header.epoch);
  const opened = epochKey === undefined ? undefined : openEntry(markAdmitted(entry), epochKey);
  if (opened?.ok !== true || epochKey === undefined) return undefined;
  const { body } = opened.value;
  const changes = body.changes.map(change);
  const { prev } = entry.header;
  const keeper = await SectionKeeper.load(own, access, section);
  const previousChainValue = prev === null ? chainStart : (keeper.graph.get(prev)?.chain ?? chainStart);
  keeper.close();
  const sealed = await sealEntry({
    header: entry.header,
    previousChainValue,
    body: { ...body, changes },
    changeHashes: changes.map((bytes) => hashOf(bytes, actorOf(own.self.device, chart, section, body.nonce))),
    epochKey,
    signKeys: own.self.sign,
    random: own.ports.random,
  });
  return sealed.ok ? sealed.value : undefined;
}

function hashOf(bytes: Bytes, other: string): ChangeHash {
  try {
    return changeHash(Buffer.from(decodeChange(bytes).hash, 'hex'));
  } catch {
    return changeHash(Buffer.from(other.padEnd(64, '0'), 'hex'));
  }
}

async function lieInHeader(scene: Scene): Promise<boolean> {
  const entry = await crafted(scene);
  if (entry === undefined) return false;
  scene.world.never.set(scene.text, 'EN-1: its header lies');
  const { sign } = scene.own.self;
  send(scene, [(await signEntry({ ...entry.header, chain: 'ab'.repeat(32) }, entry.ciphertext, sign)).bytes]);
  return true;
}

async function writeWithoutRight(scene: Scene): Promise<boolean> {
  const { own, access, section } = scene;
  if (access.charter.rightOf(own.self.practice, section) === 'write') return false;
  const known = [...access.charter.epochs].filter((epoch) => epoch.section === section && access.keys.has(epoch.keyId));
  const epoch = known.at(-1)?.keyId;
  const epochKey = epoch === undefined ? undefined : access.keys.get(epoch);
  if (epoch === undefined || epochKey === undefined) return false;
  scene.world.never.set(scene.text, 'EN-3: its author may not write there');
  const stint = scene.dice.below(2) === 0 ? '' : (access.charter.heads[0] ?? '');
  const sealed = await sealEntry({
    header: {
      chart: scene.chart,
      section,
      device: own.self.device,
      stint,
      seq: 1,
      prev: null,
      deps: [],
      access: access.charter.heads,
      roster: own.rosters.mustGet(own.self.practice).heads,
      epoch,
    },
    previousChainValue: chainStart,
    body: { v: 1, nonce: own.ports.random.bytes(16), changes: [] },
    changeHashes: [],
    epochKey,
    signKeys: own.self.sign,
    random: own.ports.random,
  });
  if (sealed.ok) send(scene, [sealed.value.bytes]);
  return sealed.ok;
}

async function fork(scene: Scene): Promise<boolean> {
  const [one, other] = [await crafted(scene), await crafted(scene, `${scene.text}b`)];
  if (one === undefined || other === undefined) return false;
  send(scene, [one.bytes], scene.victims.slice(0, 1));
  send(scene, [other.bytes], scene.victims.slice(1));
  if (scene.victims.length === 1) send(scene, [other.bytes]);
  return true;
}

async function keepBack(scene: Scene): Promise<boolean> {
  const entry = await crafted(scene);
  const { chart, section } = scene;
  if (entry !== undefined) scene.world.pocket.push({ chart, section, bytes: entry.bytes });
  return entry !== undefined;
}

function sendLate(scene: Scene): Promise<boolean> {
  const kept = scene.world.pocket.shift();
  if (kept === undefined) return Promise.resolve(false);
  const { chart, section, bytes } = kept;
  sendFrame(scene, { kind: 'entries', sections: [{ chart, section, entries: [bytes] }] });
  return Promise.resolve(true);
}

// ------------------------------------------------------------------------------------------------------- operations

/** Signed by the attacker's device in its own practice's name, whatever it may. */
async function signed({ own, access, chart }: Scene, body: CharterBody): Promise<VerifiedOp> {
  const bytes = encodeCharterOperation({
    chart,
    prev: access.charter.heads.slice(0, 8),
    signer: own.self.device,
    practice: own.self.practice,
    roster: own.rosters.mustGet(own.self.practice).heads,
    body,
  });
  return signOperation(bytes, [own.self.sign]);
}

async function sendEvil(scene: Scene, body: CharterBody): Promise<boolean> {
  const { own, access, world } = scene;
  if (access.charter.custodian === own.self.practice) return false;
  const op = await signed(scene, body);
  world.evilOps.add(op.id);
  const { chart } = scene;
  sendFrame(scene, { kind: 'charterOps', charters: [{ chart, ops: [encodeSignedOp(op.signed)] }] });
  return true;
}

function giveRights(scene: Scene): Promise<boolean> {
  const { practice } = scene.own.self;
  const right = 'write' as const;
  return sendEvil(scene, { kind: 'grant', practice, sections: [...sections], right, until: null, time: 1 });
}

function otherOperations(scene: Scene): Promise<boolean> {
  const { own, access, section, dice } = scene;
  const frontier = { [section]: own.content.frontier(scene.chart, section) };
  const victim = access.charter.members.find((practice) => practice !== own.self.practice) ?? own.self.practice;
  const device = own.rosters.activeDevices(victim)[0] ?? own.self.device;
  const roster = own.rosters.mustGet(victim).heads;
  const evil: readonly CharterBody[] = [
    { kind: 'admit', frontier, time: 1 },
    { kind: 'revoke', practice: victim, sections: [section], cut: {}, epochs: null, time: 1 },
    { kind: 'close', practice: victim, device, roster, cut: {}, time: 1 },
  ];
  return sendEvil(scene, dice.of(evil) ?? evil[0] ?? { kind: 'merge', time: 1 });
}

async function addDevice(scene: Scene): Promise<boolean> {
  const { own, world, dice } = scene;
  const practice = world.honest[dice.below(world.honest.length)]?.practiceId;
  const roster = practice === undefined ? undefined : own.rosters.get(practice);
  if (roster === undefined) return false;
  const { device, sign, box } = own.self;
  const added = { device, boxKey: box.publicKey, role: 'admin', rank: 5, label: new Uint8Array() } as const;
  const bytes = encodeRosterOperation({
    practice: roster.practice,
    prev: roster.heads.slice(0, 8),
    signer: device,
    body: { kind: 'addDevice', added, time: 1 },
  });
  const decoded = decodeOperation(bytes);
  if (!decoded.ok) return false;
  const signature = await signBytes(decoded.value, bytes, sign);
  world.evilOps.add(decoded.value.id);
  const ops = [encodeSignedOp({ bytes, signatures: [signature, signature] })];
  sendFrame(scene, { kind: 'rosterOps', practice: roster.practice, ops });
  return true;
}

function noise({ world, own, victims, dice }: Scene): Promise<boolean> {
  const { device } = own.self;
  const sent = world.frames.findLast(({ from }) => from === device)?.frame ?? new Uint8Array(9);
  const cutShort = sent.subarray(0, Math.max(1, sent.length >> 1));
  const frame = dice.below(2) === 0 ? own.ports.random.bytes(1 + dice.below(300)) : cutShort;
  for (const to of victims) world.wires.sync.inject(device, to, frame);
  return Promise.resolve(true);
}
