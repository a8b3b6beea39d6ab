/**
 * The side that has the data when a practice comes back by its recovery phrase: a device of that practice, or of a peer. It
 * gives what that practice may have anyway, signed operations with keys sealed to its root, and only to whoever proves an
 * invitation of this device and the root key, over this very connection. Entries follow by replication, once the roster names
 * the new device.
 */
import type { PracticeId } from '../../base/ids.ts';
import type { Bytes } from '../../base/bytes.ts';
import {
  isRecoverProof,
  isSignedRecovery,
  knownProof,
  type JoiningMessages,
  type Recovery,
} from '../../access/joining.ts';
import { handOverBytes } from '../../access/limits.ts';
import type { MeetingRefusal } from '../../access/meeting.ts';
import { encodeSignedOp, practiceIdOf } from '../../access/operation.ts';
import { isAcceptablePublicKey } from '../../crypto/sign.ts';
import type { Contacts } from '../peers/contacts.ts';
import type { Invitations } from './invitations.ts';
import type { MeetingLine } from '../../net/meeting-line.ts';
import { ownStanding } from '../people/people-roster.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Settings } from '../session.ts';
import { opsFor } from '../../replica/told-ops.ts';
import { chartsWith, rostersToldTo } from '../../replica/told-to.ts';

export interface GivingBackParts {
  readonly context: PracticeContext;
  readonly contacts: Pick<Contacts, 'get'>;
  readonly invitations: Invitations;
  readonly settings: () => Settings;
  readonly addresses: () => readonly string[];
  readonly chartsSettled: () => Promise<void>;
}

export async function giveBack(
  parts: GivingBackParts,
  line: MeetingLine,
  asked: JoiningMessages['recover'],
): Promise<void> {
  const { context, contacts, invitations, chartsSettled } = parts;
  const { self, diagnostics } = context;
  const refuse = async (reason: MeetingRefusal): Promise<void> => {
    diagnostics.count('recovery', reason);
    await line.say({ kind: 'refuse', reason });
  };
  if (!isAcceptablePublicKey(asked.rootKey) || ownStanding(context) === 'removed') return refuse('refused');
  const practice = practiceIdOf(asked.rootKey);
  const isOwn = practice === self.practice;
  // A device is invited into the own practice only; a practice may be any, the own one too.
  const kinds = isOwn ? (['practice', 'device'] as const) : (['practice'] as const);
  const invited = invitations.secretFor(asked.invitation, practice, kinds);
  if (!invited.ok) return refuse(invited.reason === 'unknown' ? 'refused' : invited.reason);
  const { secret } = invited.value;
  const recovery: Recovery = { host: self.device, guest: line.connection.device, practice };
  const proved =
    isRecoverProof(asked.proof, secret, recovery) &&
    (await isSignedRecovery(asked.signature, recovery, asked.invitation, asked.rootKey));
  if (!proved) return refuse('refused');
  const contactKey = isOwn ? self.contactKey : contacts.get(practice)?.contactKey;
  if (contactKey === undefined || context.rosters.get(practice) === undefined) return refuse('unknown');
  const used = await context.exclusively(() => invitations.use(asked.invitation, practice, kinds));
  if (!used.ok) return refuse(used.reason);

  if (isOwn) await chartsSettled();
  const relays = parts.settings().relays.slice(0, 8);
  await line.say({
    kind: 'known',
    practice: self.practice,
    contactKey,
    book: isOwn ? self.book : null,
    ownContactKey: isOwn ? null : self.contactKey,
    addresses: parts.addresses().slice(0, 8),
    relays: isOwn ? relays : [],
    proof: knownProof(secret, recovery, self.practice),
  });
  await tellOps(line, context, practice);
}

/** Rosters before the charters that cite them; a chart at a time. */
async function* opsToldTo(context: PracticeContext, practice: PracticeId): AsyncGenerator<readonly Bytes[]> {
  for (const one of rostersToldTo(context, practice)) {
    const { ops, refused } = context.rosters.mustGet(one);
    yield ops.filter(({ id }) => !refused.has(id)).map((op) => encodeSignedOp(op.signed));
  }
  for (const { chart } of [...chartsWith(context, practice)]) {
    const access = await context.charters.get(chart);
    yield access === undefined ? [] : opsFor(access.charter, practice).map((op) => encodeSignedOp(op.signed));
  }
}

/** Piece by piece, each when asked for: neither side holds more of it under way than one. */
async function tellOps(line: MeetingLine, context: PracticeContext, practice: PracticeId): Promise<void> {
  const total = rostersToldTo(context, practice).length + [...chartsWith(context, practice)].length;
  const logs = opsToldTo(context, practice);
  const left: Bytes[] = [];
  let [done, more] = [0, true];
  while (more) {
    if ((await line.hear())?.kind !== 'more') return;
    const piece: Bytes[] = [];
    let bytes = 0;
    for (;;) {
      if (left.length === 0) {
        const next = await logs.next();
        if (next.done === true) more = false;
        else {
          left.push(...next.value);
          done += 1;
          continue;
        }
      }
      const [op] = left;
      if (op === undefined || (piece.length > 0 && bytes + op.length > handOverBytes)) break;
      piece.push(op);
      left.shift();
      bytes += op.length;
    }
    await line.say({ kind: 'ops', ops: piece, done: Math.min(done, total), total, more });
  }
}
