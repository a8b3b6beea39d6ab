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
const cut = 'test/attacks/cut.test.ts';

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
  { attack: 17, file: cut, by: { flip: 'removalEndsChain' } },
];
