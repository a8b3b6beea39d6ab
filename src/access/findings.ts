/** Why something does not count, by the rule of docs/protocol.md that says so. The words for people are in ui/. */

export type Rule =
  | 'OP-2'
  | 'OP-4'
  | 'OP-5'
  | 'ID-3'
  | 'ID-4'
  | 'CH-1'
  | 'CH-2'
  | 'CH-3'
  | 'CH-4'
  | 'CH-5'
  | 'CH-7'
  | 'CH-10'
  | 'EN-1'
  | 'EN-2'
  | 'EN-3'
  | 'CUT-2'
  | 'CUT-3'
  | 'CUT-7'
  | 'CUT-8';

export type Reason =
  // parked or waiting: may still become valid
  | 'past-unknown'
  | 'roster-unknown'
  | 'builds-on-parked'
  | 'waits-for-close'
  | 'previous-missing'
  | 'dependency-missing'
  | 'access-unknown'
  // refused: never becomes valid
  | 'wrong-log'
  | 'builds-on-refused'
  | 'author-not-active'
  | 'author-may-not'
  | 'no-right'
  | 'roster-went-back'
  | 'access-went-back'
  | 'rank-too-senior'
  | 'already-a-member'
  | 'not-a-member'
  | 'root-box-key-differs'
  | 'first-device-not-admin'
  | 'not-by-root'
  | 'not-the-custodian'
  | 'sections-mixed'
  | 'section-not-in-chart'
  | 'book-is-not-shared'
  | 'grant-to-custodian'
  | 'grant-lowers-right'
  | 'nothing-to-revoke'
  | 'cut-of-others'
  | 'device-not-removed'
  | 'wrong-readers'
  | 'wrong-devices'
  | 'wrong-wraps'
  | 'stale-roster'
  | 'key-used-before'
  | 'unknown-former-key'
  | 'offer-to-custodian'
  | 'offer-to-partial-reader'
  | 'no-open-offer'
  | 'nothing-to-cut'
  | 'chart-mismatch'
  | 'link-mismatch'
  | 'stint-unknown'
  | 'builds-beyond-cut'
  | 'chain-mismatch'
  | 'deps-mismatch'
  // void or set aside: valid, and without effect as things stand
  | 'author-removed'
  | 'author-void'
  | 'remover-removed'
  | 'custody-ended'
  | 'custody-taken'
  | 'after-cut'
  | 'right-ended'
  | 'after-fork';

export interface Finding {
  readonly rule: Rule;
  readonly reason: Reason;
}

export function finding(rule: Rule, reason: Reason): Finding {
  return { rule, reason };
}
