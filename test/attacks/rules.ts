/**
 * Which rule stops which attack, so that the rule can be taken away and the test seen to fail: `flip` names a mutant of
 * scripts/mutants.ts (`PEERCHART_FLIP=<flip> npx vitest run <file> -t '[ATTACK-n]'`). Where no single decision stands behind
 * a refusal, `check` names the code and `broken` how it was taken away by hand.
 */
interface ByMutant {
  readonly flip: string;
}

interface ByHand {
  readonly check: string;
  readonly broken: string;
}

export interface AttackRule {
  readonly attack: number;
  readonly file: string;
  readonly by: ByMutant | ByHand;
}

const signatures = 'test/attacks/signatures.test.ts';
const membership = 'test/attacks/membership.test.ts';
const keys = 'test/attacks/keys.test.ts';
const combinations = 'test/attacks/combinations.test.ts';
const documents = 'test/attacks/documents.test.ts';
const reconciliation = 'test/attacks/reconciliation.test.ts';
const rest = 'test/attacks/rest.test.ts';
const cut = 'test/attacks/cut.test.ts';
const snapshots = 'test/attacks/snapshots.test.ts';
const sealedAttachment = 'test/crypto/sealed-attachment.test.ts';
const attachments = 'test/attacks/attachments.test.ts';
const audit = 'test/attacks/audit.test.ts';
const notes = 'test/attacks/notes.test.ts';

export const attackRules: readonly AttackRule[] = [
  {
    attack: 1,
    file: 'test/attacks/signatures-without-webcrypto.test.ts',
    by: { flip: 'isWellFormedSignature.order:off' },
  },
  { attack: 2, file: signatures, by: { flip: 'verifyOp.keys:off' } },
  {
    attack: 3,
    file: signatures,
    by: { check: 'decodeCanonical, src/base/codec.ts', broken: 'the comparison with the canonical encoding left out' },
  },
  { attack: 4, file: signatures, by: { flip: 'signedString.domain:off' } },
  { attack: 4, file: signatures, by: { flip: 'signedString.log:off' } },
  { attack: 5, file: signatures, by: { flip: 'verify:off' } },
  { attack: 6, file: signatures, by: { flip: 'mayWriteAt:off' } },
  { attack: 7, file: signatures, by: { flip: 'verifyEntry.ciphertext:off' } },
  { attack: 8, file: membership, by: { flip: 'comesFirst' } },
  { attack: 9, file: membership, by: { flip: 'additionOutlives:off' } },
  { attack: 10, file: membership, by: { flip: 'takingVoids:off' } },
  { attack: 11, file: membership, by: { flip: 'takingVoids:off' } },
  { attack: 12, file: membership, by: { flip: 'takingVoids:off' } },
  { attack: 13, file: membership, by: { flip: 'comesFirst' } },
  { attack: 13, file: membership, by: { flip: 'mayGiveRank:off' } },
  {
    attack: 14,
    file: membership,
    by: {
      check: 'isMeetingProof, src/access/meeting.ts; Invitations.secretFor and use, src/app/joining/invitations.ts',
      broken: 'isMeetingProof answering true; then secretFor without its look at the end',
    },
  },
  { attack: 15, file: membership, by: { flip: 'mayManageDevices:off' } },
  { attack: 16, file: membership, by: { flip: 'additionOutlives:off' } },
  { attack: 17, file: cut, by: { flip: 'removalEndsChain' } },
  { attack: 18, file: cut, by: { flip: 'isRoot:off' } },
  { attack: 19, file: cut, by: { flip: 'buildsOnEffective:off' } },
  { attack: 20, file: cut, by: { flip: 'isRoot:off' } },
  { attack: 22, file: cut, by: { flip: 'isRoot:off' } },
  { attack: 23, file: cut, by: { flip: 'isRoot:off' } },
  { attack: 24, file: cut, by: { flip: 'isRoot:off' } },
  { attack: 25, file: keys, by: { flip: 'epochFault.readers:off' } },
  { attack: 26, file: keys, by: { flip: 'mayMakeEpoch:off' } },
  { attack: 27, file: keys, by: { flip: 'isUsable:off' } },
  { attack: 28, file: keys, by: { flip: 'isUsable.reach:off' } },
  { attack: 29, file: keys, by: { flip: 'isUsable.readers:off' } },
  { attack: 30, file: keys, by: { flip: 'isUsable.devices:off' } },
  { attack: 31, file: keys, by: { flip: 'isUsable.devices:off' } },
  { attack: 48, file: keys, by: { flip: 'rosterIsCurrent:off' } },
  { attack: 49, file: keys, by: { flip: 'isUsable.devices:off' } },
  { attack: 59, file: cut, by: { flip: 'isRoot:off' } },
  { attack: 21, file: combinations, by: { flip: 'comesFirstAtFork' } },
  { attack: 32, file: documents, by: { flip: 'trial.sequenceReused:off' } },
  { attack: 32, file: documents, by: { flip: 'checkChange.actor:off' } },
  { attack: 33, file: documents, by: { flip: 'trial.startOp:off' } },
  { attack: 33, file: documents, by: { flip: 'trial.predecessors:off' } },
  { attack: 33, file: documents, by: { flip: 'trial.sequenceGap:off' } },
  { attack: 34, file: documents, by: { flip: 'checkChange.operations:off' } },
  { attack: 35, file: documents, by: { flip: 'trial.startOp:off' } },
  { attack: 36, file: documents, by: { flip: 'isBesideFork:off' } },
  { attack: 37, file: snapshots, by: { flip: 'asSigned.chain:off' } },
  { attack: 38, file: 'test/app/sections/snapshots.test.ts', by: { flip: 'entriesBeyond.covered:off' } },
  { attack: 56, file: 'test/attacks/dropped-snapshots.test.ts', by: { flip: 'itemsBy.by:off' } },
  { attack: 56, file: 'test/attacks/dropped-snapshots.test.ts', by: { flip: 'withoutPlace.practice:off' } },
  { attack: 42, file: reconciliation, by: { flip: 'mayHave.removed:off' } },
  { attack: 43, file: reconciliation, by: { flip: 'decodeHeader.version:off' } },
  { attack: 46, file: combinations, by: { flip: 'closeVoids:off' } },
  { attack: 47, file: combinations, by: { flip: 'closeVoids:off' } },
  { attack: 50, file: combinations, by: { flip: 'isBesideFork:off' } },
  { attack: 51, file: combinations, by: { flip: 'isBesideFork:off' } },
  { attack: 52, file: documents, by: { flip: 'depsAreAsClaimed:off' } },
  { attack: 54, file: combinations, by: { flip: 'removalEndsChain:off' } },
  { attack: 55, file: combinations, by: { flip: 'push.charters:off' } },
  { attack: 55, file: combinations, by: { flip: 'isRoot:off' } },
  { attack: 60, file: combinations, by: { flip: 'awaitsClose:off' } },
  {
    attack: 34,
    file: documents,
    by: {
      check: 'SectionReading.take, src/app/sections/section-reading.ts',
      broken: 'a change whose dependency is in nothing that its entry builds on left to wait',
    },
  },
  {
    attack: 32,
    file: documents,
    by: { check: 'SectionKeeper.refresh, src/app/sections/section-keeper.ts', broken: 'the document never made anew' },
  },
  {
    attack: 39,
    file: reconciliation,
    by: {
      check: 'PracticeReplication, src/replica/practice-replication.ts: who has part in a chart',
      broken: 'the question left out',
    },
  },
  {
    attack: 40,
    file: reconciliation,
    by: { check: 'StoreContent.keep, src/net/store-content.ts: a gap', broken: 'entries after a gap kept' },
  },
  {
    attack: 41,
    file: reconciliation,
    by: { check: 'ChartWriter.write, src/app/charts/chart-writer.ts (EN-8)', broken: 'the commit not awaited' },
  },
  { attack: 44, file: rest, by: { check: 'seal and open, src/crypto/seal.ts', broken: 'both made the identity' } },
  {
    attack: 45,
    file: rest,
    by: { check: 'StoreContent.noteMissing (src/net/store-content.ts)', broken: 'never called by the section keeper' },
  },
  {
    attack: 53,
    file: combinations,
    by: {
      check: 'SectionSealing, src/app/sections/section-sealing.ts (EN-4)',
      broken: 'the nonce kept when the key changes',
    },
  },
  { attack: 56, file: snapshots, by: { flip: 'open.away:off' } },
  {
    attack: 57,
    file: combinations,
    by: {
      check: 'genesisChange, src/crdt/genesis.ts (EN-5)',
      broken: 'a genesis drawn anew by each program: nothing opens',
    },
  },
  {
    attack: 58,
    file: combinations,
    by: { check: 'the mark of a change, src/crdt/edit-plan.ts (AM-4)', broken: 'changes written without it' },
  },
  {
    attack: 61,
    file: 'test/attacks/exchange.test.ts',
    by: {
      check: 'ExchangeFile.check, src/crypto/exchange-file.ts',
      broken: 'the verdict on the signature taken as true',
    },
  },
  { attack: 62, file: sealedAttachment, by: { flip: 'openAttachment.place:off' } },
  { attack: 63, file: sealedAttachment, by: { flip: 'openAttachment.place:off' } },
  { attack: 64, file: sealedAttachment, by: { flip: 'openAttachment.whole:off' } },
  { attack: 65, file: attachments, by: { flip: 'mayHavePart:off' } },
  { attack: 66, file: attachments, by: { flip: 'onPart.asked:off' } },
  { attack: 66, file: attachments, by: { flip: 'isNamed:off' } },
  { attack: 67, file: audit, by: { flip: 'addsOwnRecords:off' } },
  { attack: 68, file: notes, by: { flip: 'checkTyping.letters:off' } },
  { attack: 68, file: notes, by: { flip: 'typingFits.letters:off' } },
  { attack: 69, file: notes, by: { flip: 'typingFits.closed:off' } },
  { attack: 69, file: notes, by: { flip: 'typingFits.signed:off' } },
  {
    attack: 70,
    file: notes,
    by: {
      check: 'withText, src/crdt/concurrency.ts (AM-6)',
      broken: 'the words of the text read although its register is written',
    },
  },
];
