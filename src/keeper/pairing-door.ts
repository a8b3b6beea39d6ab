/**
 * The side of a keeper that is not a member of anything yet (ID-3): shows a text, proves to whoever calls with it that it is
 * the one that showed it, shows the six digits, and signs nothing but its own addition as a keeper by the device it spoke to.
 * Whether it was added it learns by the roster alone (keeper.ts). After a "no" the text is another one.
 */
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId } from '../base/ids.ts';
import type { Random } from '../base/ports.ts';
import { invitationIdOf, newSecret } from '../access/invitation.ts';
import { isOfferProof, joinCode, joinProof, type Offered } from '../access/joining.ts';
import { keeperPairingText } from '../access/keeper-pairing.ts';
import type { MeetingMessages } from '../access/meeting.ts';
import { countersign } from '../access/roster-builders.ts';
import { personTimeoutMs, type MeetingLine } from '../net/meeting-line.ts';
import type { KeeperKeys } from './keeper-keys.ts';

export interface PairingDoorParts {
  readonly keys: KeeperKeys;
  readonly random: Random;
  /** What the keeper is called in the list of devices. */
  readonly name: string;
  readonly addresses: () => readonly string[];
  /** The six digits to compare, or undefined when nobody compares them any more. */
  readonly code: (digits: string | undefined) => void;
  /** The text is another one now. */
  readonly changed: () => void;
}

export class PairingDoor {
  readonly #parts: PairingDoorParts;
  #secret: Bytes;

  constructor(parts: PairingDoorParts) {
    this.#parts = parts;
    this.#secret = newSecret(parts.random);
  }

  get text(): string {
    const { keys, addresses } = this.#parts;
    return keeperPairingText({ device: keys.device, secret: this.#secret, addresses: addresses() });
  }

  /** Leaves the line open: what comes next on it, once the addition is made, is an introduction like any other. */
  async hear(line: MeetingLine, { invitation }: MeetingMessages['wantKeeper']): Promise<void> {
    const { keys, addresses } = this.#parts;
    const secret = this.#secret;
    if (invitation !== invitationIdOf(secret)) {
      await line.say({ kind: 'refuse', reason: 'unknown' });
      return;
    }
    const joining = {
      ...{ host: line.connection.device, guest: keys.device, boxKey: keys.box.publicKey },
      ...{ personName: '', deviceName: this.#parts.name, addresses: addresses() },
    };
    const { boxKey, deviceName } = joining;
    const proof = joinProof(secret, joining);
    await line.say({ kind: 'keeper', boxKey, deviceName, addresses: joining.addresses, proof });
    const offer = await line.hear();
    if (offer?.kind !== 'offer') return;
    const { practice, role, nonce } = offer;
    const offered: Offered = { ...joining, practice, role, nonce };
    if (role !== 'keeper' || !isOfferProof(offer.proof, secret, offered)) {
      await line.say({ kind: 'refuse', reason: 'refused' });
      return;
    }
    this.#parts.code(joinCode(secret, offered));
    await this.#agree(line, offered);
    this.#parts.code(undefined);
  }

  async #agree(
    line: MeetingLine,
    { practice, boxKey, host, role }: Offered & { readonly host: DeviceId },
  ): Promise<void> {
    const proposal = await line.hear(undefined, personTimeoutMs);
    if (proposal?.kind === 'refuse') {
      // The digits differed: somebody else had the text.
      this.#secret = newSecret(this.#parts.random);
      this.#parts.changed();
    }
    if (proposal?.kind !== 'propose') return;
    const signature = await countersign(proposal.op, this.#parts.keys.sign, { practice, author: host, boxKey, role });
    await line.say(
      signature.ok ? { kind: 'agree', signature: signature.value } : { kind: 'refuse', reason: 'refused' },
    );
  }
}
