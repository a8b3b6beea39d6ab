/**
 * One open section: an Automerge document in a handle of a Repo that has neither storage nor network, for what is at rest
 * and on the wire is sealed elsewhere (EN-7). Edits become changes; changes of others enter through checks and a trial
 * (section 8). Reads are answered from what was read once and is kept up to date key by key.
 *
 * Most sections are opened to be looked at. What such a one says is read as it lies (saved-values.ts), and Automerge loads it
 * when it is first edited, merged into, or asked who wrote what.
 *
 * It never decides who may write: what it is given has passed its signature and its rights.
 */
import * as A from '@automerge/automerge/slim';
import { Repo, type DocHandle } from '@automerge/automerge-repo/slim';
import { concatBytes, type Bytes } from '../base/bytes.ts';
import { mustBeChangeHash, parseActorId, type ActorId, type ChangeHash, type DeviceId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ConcurrentChange, Provenance } from '../clinical/conflicts.ts';
import type { ResourceKey, SectionEdit, StoredResource } from '../clinical/section-edit.ts';
import { textRegisterOf } from '../clinical/written-text.ts';
import { Admission, type AdmissionOutcome, type AdmissionTarget, type EntryChanges } from './admission.ts';
import { ChangeGraph, type ChangeNode } from './change-graph.ts';
import { timeOf, type CheckedChange } from './check-change.ts';
import { compareOpIds, type DocumentView, type WrittenValue } from './concurrency.ts';
import { planChanges, type EditRefusal, type PlannedChange } from './edit-plan.ts';
import { genesisChange, genesisHash } from './genesis.ts';
import { readHistory, type HistoryItem } from './history.ts';
import * as layout from './layout.ts';
import { readSavedValues, type TextAsked, type ValuesAsked } from './saved-values.ts';
import { SectionIndex } from './section-index.ts';
import { textViewOf } from './text-view.ts';
import type { Backend } from './trial.ts';
import { writeChange } from './write-change.ts';

type SectionMap = Record<string, A.ImmutableString | string>;

/** Who writes on this device from now on: a fresh actor at every start and with every new epoch (EN-4). */
export interface Author {
  readonly actor: ActorId;
  readonly device: DeviceId;
}

export interface OpenSection {
  /** Changes that passed admission before, in any order; the genesis is added here. */
  readonly changes: readonly Uint8Array[];
  /** A saved document that some of the changes are already in. */
  readonly snapshot?: Uint8Array;
  /** The device behind each actor of those changes. */
  readonly actors: Iterable<readonly [string, DeviceId]>;
  readonly author: Author;
}

export type OpenRefusal = 'unreadable' | 'missing-dependencies' | 'unknown-actor';

export interface WrittenChange {
  readonly bytes: Bytes;
  readonly hash: ChangeHash;
  /** The heads it was written on top of (EN-2). */
  readonly deps: readonly ChangeHash[];
}

/** Keys of resources and lists (`listKey`) that read differently from before. */
export type ChangeListener = (changed: ReadonlySet<ResourceKey>) => void;

export class SectionDocument implements AdmissionTarget {
  /** Everything it was opened with, until it is loaded. */
  #content: Uint8Array | Loaded;
  /**
   * From the first edit by hand on: making it costs as much as loading, and most sections are only read, or written once by
   * an import or by what comes in from others.
   */
  #handle: DocHandle<SectionMap> | undefined;
  readonly #devices: Map<string, DeviceId>;
  readonly #read: SectionIndex;
  /** What it says, until somebody looks at it. */
  #unread: ValuesAsked | undefined;
  readonly #view: DocumentView;
  readonly #admission: Admission;
  readonly #listeners = new Set<ChangeListener>();
  #author: Author;

  private constructor(content: Uint8Array | Loaded, devices: Map<string, DeviceId>, author: Author) {
    this.#content = content;
    this.#author = author;
    devices.set(author.actor, author.device);
    this.#devices = devices;
    const graph = (): ChangeGraph => this.graph;
    this.#view = {
      get graph() {
        return graph();
      },
      read: (rootKey, heads) => readValues(this.#backend(), rootKey, heads),
      texts: textViewOf({ backend: () => this.#backend(), graph, heads: () => this.heads() }),
      provenanceOf: (change) => this.#provenanceOf(change),
    };
    this.#read = new SectionIndex(this.#view);
    this.#admission = new Admission(this);
  }

  static open(input: OpenSection): Result<SectionDocument, OpenRefusal> {
    const { snapshot, changes, author } = input;
    const lying = concatBytes(snapshot ?? genesisChange, ...changes);
    const devices = new Map<string, DeviceId>(input.actors);
    const values = readSavedValues(snapshot, changes, (actor) => devices.has(actor));
    if (values !== undefined) {
      const section = new SectionDocument(lying, devices, author);
      section.#unread = values;
      return ok(section);
    }
    const loaded = load(lying, devices);
    if (!loaded.ok) return loaded;
    const section = new SectionDocument(loaded.value, devices, author);
    section.#readAll();
    return ok(section);
  }

  get graph(): ChangeGraph {
    return this.#load().graph;
  }

  /** From now on edits are by this author; nothing is loaded again. */
  writeAs(author: Author): void {
    this.#author = author;
    this.#devices.set(author.actor, author.device);
  }

  /** Everything or nothing, as one change. `timeMs`: whole milliseconds by the author's clock. */
  edit(edits: readonly SectionEdit[], timeMs: number): Result<WrittenChange, EditRefusal> {
    const planned = planChanges(edits, this.#index, 'single');
    if (!planned.ok) return planned;
    this.#handle ??= handleOf(this.#load().document);
    const [change] = this.#writeAll(planned.value, timeMs);
    if (change === undefined) throw new Error('a plan of edits writes a change');
    return ok(change);
  }

  /** Everything or nothing, as many changes as needed; edits of one resource are never divided. */
  editMany(edits: readonly SectionEdit[], timeMs: number): Result<readonly WrittenChange[], EditRefusal> {
    const planned = planChanges(edits, this.#index, 'import');
    return planned.ok ? ok(this.#writeAll(planned.value, timeMs)) : planned;
  }

  /** Changes of others, as far as they are sound and what they build on is here (AM-1 to AM-3). */
  applyBodies(entries: readonly EntryChanges[]): AdmissionOutcome {
    return this.#admission.apply(entries);
  }

  /** As the section stands. The same map every time: `onChange` tells what in it is new. */
  resources(): ReadonlyMap<ResourceKey, StoredResource> {
    return this.#index.resources();
  }

  /** Everything that waits for someone to choose (AM-5). */
  conflicts(): readonly ConcurrentChange[] {
    return this.#unread === undefined ? this.#index.conflicts() : [];
  }

  /** Who last wrote a resource, or one register of it; for a register never written, who created the resource. */
  provenanceOf(key: ResourceKey, register?: string): Provenance | undefined {
    const written =
      register === undefined ? this.#lastWritten(key) : this.#view.read(layout.registerKey(key, register));
    // Who typed here changed it, though no statement was written; what was signed is its signer's.
    const isText =
      register === undefined || (written.length === 0 && textRegisterOf(layout.typeOfKey(key)) === register);
    const typed = isText && this.#index.hasText(key) ? this.#view.read(layout.typedKey(key)) : [];
    const last = [...written, ...typed].sort((a, b) => compareOpIds(a.opId, b.opId)).at(-1);
    const value = last ?? this.#view.read(layout.baseKey(key)).at(-1);
    if (value === undefined) return undefined;
    const signed = register !== undefined && layout.closingKey(key) === layout.registerKey(key, register);
    const first =
      signed && this.#index.hasText(key) && written.length > 0 ? this.#firstOf(key, register, value) : value;
    return this.#provenanceOf(this.graph.writerOf(first.opId).hash);
  }

  /** Who writes signed words once more, or settles on them, has not signed them. */
  #firstOf(key: ResourceKey, register: string, value: WrittenValue): WrittenValue {
    const rootKey = layout.registerKey(key, register);
    for (let first = value; ;) {
      const before = this.#view.read(rootKey, this.graph.writerOf(first.opId).deps);
      const same = before.find(({ text }) => text === value.text);
      if (same === undefined) return first;
      first = same;
    }
  }

  /**
   * The mark, which every change of a resource writes. Of two that were written at the same time the later may stand beside the other's
   * values: a crafted change puts its mark before them, and what it says would be told as its colleague's.
   */
  #lastWritten(key: ResourceKey): readonly WrittenValue[] {
    const marks = this.#view.read(layout.markKey(key));
    if (marks.length < 2) return marks;
    const registers = [...this.#index.registersOf(key)].map((name) => layout.registerKey(key, name));
    return [layout.baseKey(key), ...registers].flatMap((rootKey) => this.#view.read(rootKey));
  }

  /** Every value that was ever written to a resource, oldest first. */
  history(key: ResourceKey): readonly HistoryItem[] {
    return readHistory(key, this.#index.registersOf(key), this.#view, this.#index.hasText(key));
  }

  heads(): readonly ChangeHash[] {
    return A.getHeads(this.document()).map(mustBeChangeHash);
  }

  /** The changes that a change of this section builds on directly; undefined for one that is not here. */
  dependenciesOf(change: ChangeHash): readonly ChangeHash[] | undefined {
    return this.graph.get(change)?.deps.map(mustBeChangeHash);
  }

  /** Who wrote a change; undefined for one that is not here, and for the genesis, which nobody wrote. */
  writerOf(change: ChangeHash): Provenance | undefined {
    return change === genesisHash || this.graph.get(change) === undefined ? undefined : this.#provenanceOf(change);
  }

  /** The resources that a change wrote, each once, in its order. */
  resourcesWrittenBy(change: ChangeHash): readonly ResourceKey[] {
    const ops = A.inspectChange(this.document(), change)?.ops ?? [];
    const places = ops.flatMap(({ obj, key }) => (obj === '_root' ? (layout.parseRootKey(key) ?? []) : []));
    return [...new Set(places.flatMap((place) => (place.kind === 'list' ? [] : [place.key])))];
  }

  /** Another document of some of the changes, which hold all that they build on. The caller closes it. */
  part(changes: Iterable<ChangeHash>): SectionDocument {
    const backend = this.#backend();
    const bytes = [...changes].map((change) => {
      const found = backend.getChangeByHash(change);
      if (found === null) throw new Error(`change ${change} should be in the document`);
      return found;
    });
    const part = SectionDocument.open({ changes: bytes, actors: this.#devices, author: this.#author });
    if (!part.ok) throw new Error(`changes with all they build on open, and are not ${part.reason}`);
    return part.value;
  }

  /** The document with its history, compact; `open` takes it as snapshot. */
  save(): Bytes {
    return new Uint8Array(A.save(this.document()));
  }

  /** Another document with the same history, to try on what is not to be in this one. The caller closes it. */
  copy(): SectionDocument {
    const copy = SectionDocument.open({
      changes: [],
      snapshot: this.save(),
      actors: this.#devices,
      author: this.#author,
    });
    if (!copy.ok) throw new Error(`a saved document opens again, and not ${copy.reason}`);
    return copy.value;
  }

  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Gives the document's memory back, which WebAssembly never does by itself in time. Nothing may be called after this. */
  close(): void {
    this.#listeners.clear();
    if (this.#content instanceof Uint8Array) return;
    const document = this.document();
    this.#handle?.update(() => A.init());
    A.free(document);
  }

  document(): A.Doc<SectionMap> {
    return this.#handle?.doc() ?? this.#load().document;
  }

  merge(changes: readonly CheckedChange[], devices: ReadonlyMap<string, DeviceId>): void {
    this.#apply(changes.map(({ bytes }) => bytes));
    for (const [actor, device] of devices) this.#devices.set(actor, device);
    for (const { node } of changes) this.graph.add(node);
    this.#refresh(changes.flatMap(({ writes }) => writes.map(({ rootKey }) => rootKey)));
  }

  #apply(changes: Uint8Array[]): void {
    const applied = (document: A.Doc<SectionMap>): A.Doc<SectionMap> => A.applyChanges(document, changes)[0];
    if (this.#handle !== undefined) this.#handle.update(applied);
    else this.#content = { graph: this.graph, document: applied(this.document()) };
  }

  #writeAll(plans: readonly PlannedChange[], timeMs: number): readonly WrittenChange[] {
    const written = plans.map((planned) => this.#write(planned, timeMs));
    this.#refresh(
      plans.flatMap(({ writes, typings }) => [
        ...writes.map(({ rootKey }) => rootKey),
        ...typings.map(({ key }) => layout.typedKey(key)),
      ]),
    );
    return written;
  }

  #write(planned: PlannedChange, timeMs: number): WrittenChange {
    const deps = this.heads();
    const bytes = writeChange(planned, { view: this.#view, heads: deps }, { actor: this.#author.actor, timeMs });
    this.#apply([bytes]);
    const [hash, ...others] = this.heads();
    if (hash === undefined || others.length > 0)
      throw new Error('a change on top of all heads should be the only head');
    for (const node of nodesOf(A.getChangesMetaSince(this.document(), [...deps])) ?? []) this.graph.add(node);
    return { bytes, hash, deps };
  }

  #load(): Loaded {
    if (!(this.#content instanceof Uint8Array)) return this.#content;
    const loaded = load(this.#content, this.#devices);
    if (!loaded.ok) throw new Error(`what was in a document before loads again, and is not ${loaded.reason}`);
    this.#content = loaded.value;
    return loaded.value;
  }

  get #index(): SectionIndex {
    const unread = this.#unread;
    this.#unread = undefined;
    if (unread !== undefined) this.#read.load(unread());
    return this.#read;
  }

  #readAll(): void {
    const document = this.document();
    this.#index.load(textsOf(document));
    const concurrent = this.graph.concurrentChanges().flatMap((hash) => A.inspectChange(document, hash)?.ops ?? []);
    this.#index.refresh(concurrent.filter(({ obj }) => obj === '_root').map(({ key }) => key));
  }

  #refresh(rootKeys: Iterable<string>): void {
    const changed = this.#index.refresh(rootKeys);
    for (const listener of this.#listeners) listener(changed);
  }

  #backend(): Backend {
    return A.getBackend(this.document());
  }

  #provenanceOf(change: string): Provenance {
    const { actor, timeMs, hash } = this.graph.mustGet(change);
    const device = this.#devices.get(actor);
    const actorId = parseActorId(actor);
    if (device === undefined || actorId === undefined) throw new Error(`the device of actor ${actor} should be known`);
    return { device, actor: actorId, timeMs, change: mustBeChangeHash(hash) };
  }
}

function handleOf(document: A.Doc<SectionMap>): DocHandle<SectionMap> {
  const handle = new Repo().create<SectionMap>();
  handle.update(() => document);
  return handle;
}

interface Loaded {
  /** Until there is a handle. */
  readonly document: A.Doc<SectionMap>;
  readonly graph: ChangeGraph;
}

/** All of it joined and loaded once: three times faster than applying one change after the other. */
function load(bytes: Uint8Array, devices: ReadonlyMap<string, DeviceId>): Result<Loaded, OpenRefusal> {
  const document = loadDocument(bytes);
  if (!document.ok) return document;
  const graph = readGraph(document.value, devices);
  return graph.ok ? ok({ document: document.value, graph: graph.value }) : graph;
}

function loadDocument(bytes: Uint8Array): Result<A.Doc<SectionMap>, OpenRefusal> {
  try {
    const document = A.load<SectionMap>(bytes);
    // On top of a saved document what lacks something is not refused: it would enter unseen when the rest comes.
    if (A.getMissingDeps(document, []).length === 0) return ok(document);
    A.free(document);
    return err('missing-dependencies');
  } catch (error) {
    const missing = error instanceof Error && error.message.includes('deps should already be');
    return err(missing ? 'missing-dependencies' : 'unreadable');
  }
}

function readGraph(
  document: A.Doc<SectionMap>,
  devices: ReadonlyMap<string, DeviceId>,
): Result<ChangeGraph, OpenRefusal> {
  const nodes = nodesOf(A.getChangesMetaSince(document, []));
  if (nodes === undefined) return err('unreadable');
  const graph = new ChangeGraph();
  for (const node of nodes) {
    if (node.hash !== genesisHash && node.deps.length === 0) return err('unreadable', 'not from the genesis');
    if (node.hash !== genesisHash && !devices.has(node.actor)) return err('unknown-actor');
    graph.add(node);
  }
  return graph.get(genesisHash) === undefined ? err('unreadable', 'not from the genesis') : ok(graph);
}

function nodesOf(metas: readonly A.ChangeMetadata[]): readonly ChangeNode[] | undefined {
  const nodes: ChangeNode[] = [];
  for (const { hash, actor, seq, startOp, maxOp, deps, time, message } of metas) {
    const timeMs = hash === genesisHash ? 0 : timeOf({ time, message });
    if (timeMs === undefined) return undefined;
    nodes.push({ hash, actor, seq, startOp, maxOp, timeMs, deps });
  }
  return nodes;
}

function* textsOf(document: A.Doc<SectionMap>): Iterable<readonly [string, TextAsked]> {
  for (const [rootKey, value] of Object.entries(document)) {
    // A text is a plain string here.
    yield [rootKey, () => (A.isImmutableString(value) ? value.val : value)];
  }
}

function readValues(backend: Backend, rootKey: string, heads?: readonly string[]): readonly WrittenValue[] {
  const values: WrittenValue[] = [];
  for (const value of backend.getAll('_root', rootKey, heads === undefined ? undefined : [...heads])) {
    if (value[0] === 'str') values.push({ text: value[1], opId: value[2] });
  }
  return values.length < 2 ? values : values.sort((a, b) => compareOpIds(a.opId, b.opId));
}
