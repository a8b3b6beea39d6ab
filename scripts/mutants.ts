/**
 * The decisions of Peerchart that a test run can turn round, one at a time, to see that something notices (`npm run mutate`),
 * and the plugin that does it: `PEERCHART_FLIP=<name>` loads the file with that decision turned round, `<name>:off` as if the
 * rule did not exist. The list is whole for src/access/predicates.ts and src/access/entry-claims.ts (test/house/mutants.test.ts);
 * of other files it names what keeps foreign bytes out. Must never be part of the product: only vitest.config.ts and the
 * simulation's own commands load it.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** What the rule is, as docs/protocol.md numbers it. */
  readonly rule: string;
  readonly change: (source: string) => string;
}

export const root = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** Replaces an exported function by `body`, in which the true one is called `plain` and what it was called with `args`. */
function wrapped(name: string, body: string): Mutant['change'] {
  const declaration = new RegExp(`^export function ${name}\\b`, 'gm');
  return (source) => {
    if ((source.match(declaration) ?? []).length !== 1) throw new Error(`there is not one exported function ${name}`);
    const renamed = source.replace(declaration, `function plain_${name}`);
    const wrapper = `export function ${name}(...args: any): any {\n  const plain: any = plain_${name};\n  ${body}\n}`;
    return `${renamed}\n${wrapper}\n`;
  };
}

/** Replaces one piece of code that must be there exactly once. */
function replaced(piece: string, by: string): Mutant['change'] {
  return (source) => {
    if (source.split(piece).length !== 2) throw new Error(`this is not there exactly once: ${piece}`);
    return source.replace(piece, () => by);
  };
}

const negated = 'return !plain(...args);';
const turned = 'return plain(args[1], args[0]);';

/** A predicate that refuses by `false` (or by `true`): turned round, and as if it let everything pass. */
function predicate(file: string, name: string, rule: string, passes: boolean): readonly Mutant[] {
  return [
    { name, file, rule, change: wrapped(name, negated) },
    { name: `${name}:off`, file, rule, change: wrapped(name, `return ${passes};`) },
  ];
}

function order(file: string, name: string, rule: string): readonly Mutant[] {
  return [
    { name, file, rule, change: wrapped(name, turned) },
    // As if nothing decided: each side then goes by what it happened to see first.
    { name: `${name}:off`, file, rule, change: wrapped(name, 'return false;') },
  ];
}

function check(file: string, name: string, rule: string, piece: string, by: string): Mutant {
  return { name, file, rule, change: replaced(piece, by) };
}

const afterStop = 'src/replica/terms-after-stop.ts';
const predicates = 'src/access/predicates.ts';
const claims = 'src/access/entry-claims.ts';
const epochs = 'src/access/epoch-validity.ts';
const change = 'src/crdt/check-change.ts';
const trial = 'src/crdt/trial.ts';
const typing = 'src/crdt/check-typing.ts';
const typingTrial = 'src/crdt/trial-typing.ts';
const entry = 'src/crypto/entry.ts';
const header = 'src/crypto/entry-header.ts';
const operation = 'src/access/verify-operation.ts';
const signatures = 'src/crypto/sign.ts';
const ed25519 = 'src/crypto/ed25519.ts';
const replication = 'src/replica/practice-replication.ts';
const pushing = 'src/net/replication-changes.ts';
const ranges = 'src/net/negentropy.ts';
const reconciler = 'src/net/reconciler.ts';
const greeting = 'src/net/replication-greeting.ts';
const attachment = 'src/crypto/sealed-attachment.ts';
const sending = 'src/net/replication-sending.ts';

export const mutants: readonly Mutant[] = [
  // -------------------------------------------------------------------------------------------- rosters and charters
  ...predicate(predicates, 'mayManageDevices', 'ID-4', true),
  ...predicate(predicates, 'mayGiveRank', 'OP-5.3', true),
  ...predicate(predicates, 'saysWhatWasTold', 'ID-3', true),
  ...order(predicates, 'comesFirst', 'OP-5.1, OP-5.3'),
  ...predicate(predicates, 'takingVoids', 'OP-5.2', false),
  ...predicate(predicates, 'additionOutlives', 'OP-5.4', true),
  ...predicate(predicates, 'mayManageSharing', 'CH-2', true),
  ...predicate(predicates, 'mayMakeEpoch', 'CH-5, CH-6', true),
  ...predicate(predicates, 'mayClose', 'CH-3', true),
  ...predicate(predicates, 'mayBeClosed', 'CH-3', true),
  ...predicate(predicates, 'neverGoesBack', 'EN-3', true),
  {
    name: 'smallerRight',
    file: predicates,
    rule: 'OP-5.6',
    change: wrapped(
      'smallerRight',
      `return args.includes('write') ? 'write' : args.includes('read') ? 'read' : 'none';`,
    ),
  },
  ...predicate(predicates, 'grantLowers', 'CH-2', false),
  ...predicate(predicates, 'sameSet', 'CH-5', true),
  ...predicate(predicates, 'rosterIsCurrent', 'CH-5', true),
  ...predicate(predicates, 'keyIsNew', 'CH-4', true),
  ...predicate(predicates, 'isUsable', 'CH-6', true),
  check(predicates, 'isUsable.readers:off', 'CH-4, CH-6', 'facts.standing && facts.readersNow', 'facts.standing'),
  check(predicates, 'isUsable.devices:off', 'CH-6', 'facts.readersNow && facts.devicesNow', 'facts.readersNow'),
  check(predicates, 'isUsable.left:off', 'CH-6', ' && facts.noneLeft', ''),
  check(predicates, 'isUsable.reach:off', 'CH-6', ' && facts.reachesAll', ''),
  check(epochs, 'epochFault.readers:off', 'CH-5', '!sameSet(epoch.readers, readers)', 'false'),
  ...predicate(predicates, 'closeVoids', 'OP-5.2', false),
  ...order(predicates, 'closeGoesFirst', 'CH-3, OP-5.3'),
  ...predicate(predicates, 'waitsForClose', 'CH-3', false),
  ...predicate(predicates, 'mayOfferCustody', 'CH-10', true),
  ...predicate(predicates, 'mayTakeCustody', 'CH-10', true),
  ...predicate(predicates, 'mayBecomeCustodian', 'CH-10', true),
  ...order(predicates, 'offerGoesFirst', 'CH-10'),
  ...predicate(predicates, 'custodyCovers', 'CH-10', true),

  check(
    'src/access/charter-closes.ts',
    'settleCloses.knownToTaken:off',
    'CH-3',
    '(op) => counts(op) || isKnownToTaken(op)',
    '(op) => counts(op)',
  ),
  check('src/access/roster-members.ts', 'memberIn.undone:off', 'CH-3', ' ?? resolution.undoneIn(device, set)', ''),
  check(
    'src/access/roster-members.ts',
    'lineOf.above:off',
    'OP-5.3',
    'const above = by && this.#lineOf(by.addedBy);',
    'const above = undefined;',
  ),
  check(
    'src/access/charter-closes.ts',
    'settleActs.own:off',
    'CH-10.4',
    'mayTake(take) && !own.voided.has(take.id)',
    'mayTake(take)',
  ),

  check(
    'src/app/charters/stopping-everything.ts',
    'stoppable.wroteIn:off',
    'CUT-1',
    'terms.shape.sections.some((section) => this.#sharing.wroteIn(practice, chart, section))',
    'false',
  ),
  check(
    'src/app/charters/stopping-everything.ts',
    'signed.asItWas:off',
    'CH-9',
    'known !== undefined && isAsItWas(known.of, stoppable)',
    'known !== undefined',
  ),
  check(afterStop, 'sectionsToStop.waits:off', 'OP-4', '!waits && ', ''),
  check(afterStop, 'sectionsToStop.refuses:off', 'OP-4', '!refuses && ', ''),
  check(afterStop, 'sectionsToStop.stints:off', 'CUT-7', 'firstStints && ', ''),
  check(afterStop, 'sectionsToStop.offers:off', 'CH-10', 'offers.length === 0 && ', ''),
  check(afterStop, 'sectionsToStop.places:off', 'CH-3', 'shape.devices.every(', 'true || shape.devices.every('),
  check(afterStop, 'sectionsToStop.chains:off', 'CH-3', 'chains.every(', 'true || chains.every('),

  // -------------------------------------------------------------------------------------------------------- snapshots
  check(
    'src/app/sections/snapshot-checking.ts',
    'asSigned.chain:off',
    'SN-2',
    "if (!chainIsAsClaimed(header.chain, chain)) return err('chain-mismatch');",
    '',
  ),
  check(
    'src/app/sections/section-keeper.ts',
    'open.away:off',
    'SN-2',
    'if (asked.size > 0) await content.noteMissing(this.chart, this.section, asked);',
    '',
  ),
  check(
    'src/net/store-content.ts',
    'entriesBeyond.covered:off',
    'RE-3, SN-3',
    'if (items.length > 0) return { entries: items, more: true };',
    '',
  ),
  check(
    'src/store/replace-entries.ts',
    'replaceEntries.others:off',
    'SN-3',
    'new Set([...covered.values()].map((head) => head.covered.by))',
    'new Set([by])',
  ),
  // As if what claims to cover most were the one to hand on. `any`, for a mutant is stripped of types and imports none.
  check(
    'src/net/snapshot-sending.ts',
    'itemsBy.by:off',
    'RE-3, SN-3',
    'const stored = snapshots.find(({ name }) => name === by);',
    `const claims = ({ bytes }: any): number =>
      (decodeSnapshot(bytes) as any).value.header.covers.reduce((sum: number, { seq }: any) => sum + seq, 0);
    const stored = snapshots.toSorted((a, b) => claims(b) - claims(a))[0];
    by = stored?.name ?? by;`,
  ),
  check(
    'src/app/sections/section-snapshots.ts',
    'check.refused:off',
    'SN-2, SN-3',
    'await content.commit({ refused: [stored] });',
    ';',
  ),
  check(
    'src/store/packs.ts',
    'coveredPackAs.checked:off',
    'SN-3',
    'if (covered === undefined || covered.checked || !former.has(covered.by)) return undefined;',
    'if (covered === undefined || !former.has(covered.by)) return undefined;',
  ),
  check(
    'src/replica/snapshot-places.ts',
    'withoutPlace.practice:off',
    'SN-3',
    'practiceOf(header.device) === practice && ',
    '',
  ),
  check(
    'src/replica/taking-in.ts',
    'mayStandFor.unchecked:off',
    'SN-3',
    '(maker === self.practice || maker === author) && rosters.isActive(device)',
    'rosters.isActive(device)',
  ),

  // --------------------------------------------------------------------------------------------------------- keepers
  check('src/access/roles.ts', 'mayHoldKeys:off', 'ID-4, CH-5', "return role !== 'keeper';", 'return true;'),
  check(
    'src/app/peers/connections.ts',
    'tellRemoved:off',
    'ID-3',
    "if (role === 'keeper' && status === 'removed' && !this.#told.has(device)) void this.#tellRemoved(device);",
    ';',
  ),
  check(
    'src/keeper/keeper.ts',
    'introduction.concerned:off',
    'ID-3, RE-4',
    'practice === own || this.#kept?.concerns(practice) === true',
    'practice === own',
  ),

  // --------------------------------------------------------------------------------------------------------- entries
  check(
    'src/app/sections/section-keeper.ts',
    'open.verifiedBefore:off',
    'EN-7',
    'checked.has(name) || content.cameJustNow(name)',
    'true',
  ),
  check(entry, 'verifyEntry.known:off', 'EN-7', 'verifiedBefore?.(entry.hash) === true', 'true'),
  ...predicate(claims, 'chainIsAsClaimed', 'EN-1', true),
  ...predicate(claims, 'depsAreAsClaimed', 'EN-2', true),
  ...predicate(predicates, 'mayWriteAt', 'EN-3, ID-4', true),
  ...predicate(predicates, 'addsOwnRecords', 'AU-3', true),
  ...predicate(predicates, 'removalEndsChain', 'CUT-2, CUT-7', false),
  ...predicate(predicates, 'isRoot', 'CUT-2', true),
  ...predicate(predicates, 'awaitsClose', 'CH-3', false),
  ...predicate(predicates, 'buildsOnEffective', 'CUT-3', true),
  ...order(predicates, 'comesFirstAtFork', 'CUT-8'),
  ...predicate(predicates, 'isBesideFork', 'CUT-8', false),
  ...predicate(predicates, 'isRecipient', 'CH-5', true),

  // ------------------------------------------------------------------------------------------------ signatures, seals
  check(
    signatures,
    'verify:off',
    'OP-3',
    'return verifyWith(await platformEd25519()',
    'return true || verifyWith(await platformEd25519()',
  ),
  check(
    signatures,
    'signedString.domain:off',
    'OP-3',
    'concatBytes(toUtf8(`peerchart/${domain}/1`), ',
    'concatBytes(toUtf8(`peerchart/1`), ',
  ),
  check(signatures, 'signedString.log:off', 'OP-3', 'u32Bytes(log.length), log, bytes', 'bytes'),
  check(ed25519, 'isWellFormedSignature.order:off', 'OP-6', 'isLess(signature.subarray(32), groupOrder) &&', ''),
  check(ed25519, 'isAcceptablePoint.smallOrder:off', 'OP-6', ' && !smallOrderYs.has(toHex(y))', ''),
  check(
    operation,
    'verifyOp.signers:off',
    'OP-4, ID-3',
    'signers.length !== signed.signatures.length',
    'signed.signatures.length < 1',
  ),
  check(operation, 'verifyOp.keys:off', 'ID-3', '!introducedKeys(operation).every(isSoundDevice)', 'false'),
  check(
    entry,
    'verifyEntry.ciphertext:off',
    'EN-7',
    'toHex(sha256(entry.ciphertext)) !== entry.header.ctHash',
    'false',
  ),
  check(
    header,
    'decodeHeader.version:off',
    'EN-1',
    '(claimed.v !== 1 && claimed.v !== 2) || claimed.suite !== suite',
    'false',
  ),

  // --------------------------------------------------------------------------------------------- changes before merging
  check(change, 'checkChange.size:off', 'AM-1', 'bytes.length > limits.maxChangeBytes', 'false'),
  check(change, 'checkChange.operations:off', 'AM-1', 'if (!size.ok) return size;', ''),
  check(change, 'checkChange.actor:off', 'AM-1, EN-4', 'decoded.actor !== author.actor', 'false'),
  check(change, 'checkChange.deps:off', 'AM-1', 'new Set(deps).size < deps.length', 'false'),
  check(change, 'checkChange.canonical:off', 'AM-1', 'encoded === undefined || !bytesEqual(encoded, bytes)', 'false'),
  check(
    change,
    'checkChange.shape:off',
    'AM-1',
    `action !== 'set' || typeof value !== 'string' || datatype !== undefined`,
    'false',
  ),
  check(
    change,
    'checkChange.texts:off',
    'AM-1',
    'checkTexts(change, writes) ?? checkMarks(writes, made)',
    'checkMarks(writes, made)',
  ),
  check(
    change,
    'checkChange.marks:off',
    'AM-1',
    'checkTexts(change, writes) ?? checkMarks(writes, made)',
    'checkTexts(change, writes)',
  ),
  check(typing, 'checkTyping.named:off', 'AM-6', '!typed.has(op.obj) || ', ''),
  check(typing, 'checkTyping.letters:off', 'AM-6', ' || !letters.take(op, change.startOp + index)', ''),
  check(
    typing,
    'textsMade.place:off',
    'AM-6',
    "place?.kind !== 'text' || op.pred.length > 0",
    "place?.kind !== 'text'",
  ),
  check(typing, 'takeInsertion.letter:off', 'AM-6', ' || !isOneLetter(value)', ''),
  check(typing, 'takeDeletion.once:off', 'AM-6', ' || this.#deleted.has(elemId)', ''),
  check(typingTrial, 'typingFits.text:off', 'AM-6', '!textsThen(key, node, clone).includes(object)', 'false'),
  check(typingTrial, 'typingFits.closed:off', 'AM-6', 'isClosedThen(key, node, clone)) return', 'false) return'),
  check(typingTrial, 'typingFits.letters:off', 'AM-6', '!onto.every((letter) => known.has(letter, object))', 'false'),
  check(
    typingTrial,
    'typingFits.long:off',
    'AM-6',
    'clone.length(object, [...node.deps]) + inserted > maxTextLength',
    'false',
  ),
  check(
    typingTrial,
    'typingFits.signed:off',
    'AM-6',
    'writes.every((write) => leavesSignedWords(write, node, clone))',
    'writes.length >= 0',
  ),
  check(trial, 'trial.startOp:off', 'AM-1', `node.startOp !== 1 + Math.max(...deps.map((dep) => dep.maxOp))`, 'false'),
  check(trial, 'trial.sequenceReused:off', 'AM-1', 'node.seq <= (last?.seq ?? 0)', 'false'),
  check(trial, 'trial.sequenceGap:off', 'AM-1', 'node.seq !== (last?.seq ?? 0) + 1', 'false'),
  check(
    trial,
    'trial.onTopOfItsOwn:off',
    'AM-1',
    'last !== undefined && !this.#graph.hasSeen(node.deps, last.hash)',
    'false',
  ),
  check(
    trial,
    'trial.predecessors:off',
    'AM-1',
    'writes.every((write) => this.#replacesWhatStood(write, node))',
    'writes.length >= 0',
  ),
  check(trial, 'trial.finish:off', 'AM-3', 'if (reloads(this.#clone)) return', 'return'),

  // ---------------------------------------------------------------------------------------------- what goes to whom
  check(
    replication,
    'mayHave.removed:off',
    'RE-1',
    'return author === practice || (handsOver && author === this.self.practice);',
    'return author !== handsOver;',
  ),
  check(pushing, 'push.charters:off', 'RE-5', 'state.tasks.charters.add(chart);', ''),
  check(ranges, 'ranges.order:off', 'RE-2', 'compareBounds(end, from) < 0', 'false'),
  check(ranges, 'ranges.least:off', 'RE-2', 'digits === 0 && byte === 128', 'false'),
  check(ranges, 'ranges.from:off', 'RE-2', 'from.time === 0 && compareIds(id, from.prefix) < 0', 'false'),
  check(ranges, 'ranges.end:off', 'RE-2', 'end.time === 0 && compareIds(id, end.prefix) >= 0', 'false'),
  check(ranges, 'ranges.twice:off', 'RE-2', 'seen.size < count', 'false'),
  check(ranges, 'ranges.many:off', 'RE-2', 'ranges.length >= maxRangesPerMessage', 'false'),
  check(reconciler, 'reconciler.endless:off', 'RE-2', 'this.#heard > maxQuestions', 'false'),
  check(reconciler, 'reconciler.more:off', 'RE-2', 'this.lacking.size > this.#theirCount', 'false'),
  check('src/net/leaves.ts', 'leaves.secret:off', 'RE-2', `'peerchart/leaf-id/1', secret, digest`, `'', digest`),
  ...predicate('src/replica/part-right.ts', 'mayHavePart', 'EN-10', true),
  check('src/net/attachment-link.ts', 'onPart.asked:off', 'EN-10', '!this.#asked.has(partKey(named))', 'false'),
  ...predicate('src/net/attachment-link.ts', 'isNamed', 'EN-10', true),
  {
    // Each of these alone leaves the others to say no.
    name: 'openAttachment.place:off',
    file: attachment,
    rule: 'EN-10',
    change: (source) =>
      [
        replaced('u32Bytes(index)), additionalData', 'u32Bytes(0)), additionalData: new Uint8Array(1)'),
        replaced(' && bytesEqual(sha256(content), digest)', ''),
      ].reduce((text, change) => change(text), source),
  },
  {
    name: 'openAttachment.whole:off',
    file: attachment,
    rule: 'EN-10',
    change: (source) =>
      [
        replaced('chunks.length !== chunkCount(size)', 'false'),
        replaced(' && bytesEqual(sha256(content), digest)', ''),
      ].reduce((text, change) => change(text), source),
  },
  check(greeting, 'greeting.more:off', 'RE-2', 'state.listed.size > state.theirLeaves', 'false'),
  check(greeting, 'greeting.leaf:off', 'RE-2', 'ours.some((chart) => chart === undefined)', 'false'),
  check(greeting, 'greeting.lacking:off', 'RE-2', 'frame.lacking.length > 0', 'false'),
  check('src/net/replication.ts', 'have.more:off', 'RE-3', 'frames > state.framesSent', 'false'),
  check('src/net/replication.ts', 'have.except:off', 'RE-3', 'state.except.size > maxSectionsPerFrame', 'false'),
  check(sending, 'have.untaken:off', 'RE-3', 'const except = [...state.except.values()];', 'const except: [] = [];'),
  check(sending, 'entries.unconfirmed:off', 'RE-3', 'state.unconfirmed.length >= maxUnconfirmedFrames', 'false'),
];

const flipVariable = 'PEERCHART_FLIP';

export function findMutant(name: string): Mutant {
  const mutant = mutants.find((one) => one.name === name);
  if (mutant !== undefined) return mutant;
  throw new Error(`${flipVariable}=${name} names no mutant; scripts/mutants.ts lists them`);
}

/** For the `plugins` of a vite or vitest configuration; nothing when no flip is asked for. An unknown name is an error. */
export function flip(name = process.env[flipVariable] ?? '') {
  if (name === '') return [];
  const mutant = findMutant(name);
  const path = resolve(root, mutant.file);
  // Now and not when the file is first loaded: a mutant that no longer fits must not pass for one that was not caught.
  mutant.change(readFileSync(path, 'utf8'));
  return [
    {
      name: 'flip',
      enforce: 'pre' as const,
      transform: (source: string, id: string) => (id.split('?')[0] === path ? mutant.change(source) : undefined),
    },
  ];
}
