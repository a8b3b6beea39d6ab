/** Snapshots by a hostile maker, signed and sealed as one should be: what they cover and say may be anything. */
import type { Bytes } from '../../../src/base/bytes.ts';
import type { ActorId, DeviceId } from '../../../src/base/ids.ts';
import { actorOf } from '../../../src/crypto/chain.ts';
import { chainNameOf, type ChainName, type FrontierItem, type VerifiedEntry } from '../../../src/crypto/entry.ts';
import { keyIdOf } from '../../../src/crypto/epoch-key.ts';
import type { CoveredBody } from '../../../src/crypto/sealed-manifest.ts';
import { sealSnapshot, type SnapshotBody } from '../../../src/crypto/sealed-snapshot.ts';
import { snapshotItems } from '../../../src/net/snapshot-items.ts';
import { storedSnapshot } from '../../../src/store/store.ts';
import { mustBeOk, mustHave } from '../../app/support/world.ts';
import { bodyOf } from './craft-entry.ts';
import type { HostileDevice } from './hostile-device.ts';

export interface SnapshotPlan {
  /** Whose chart, section and cited heads the snapshot names as its own. */
  readonly like: VerifiedEntry;
  /** By chain, in their order. */
  readonly covers: readonly FrontierItem[];
  readonly body: SnapshotBody;
  readonly epochKey: Bytes;
  /** Whose heads go with it. */
  readonly heads: readonly VerifiedEntry[];
}

/** As items of an `entries` frame. */
export async function craftSnapshot(by: HostileDevice, plan: SnapshotPlan): Promise<readonly Bytes[]> {
  const { chart, section, access } = plan.like.header;
  const sealed = await sealSnapshot({
    header: {
      chart,
      section,
      device: by.device,
      covers: plan.covers,
      access,
      roster: by.knows.roster(by.practice).heads,
      epoch: keyIdOf(chart, section, plan.epochKey),
    },
    body: plan.body,
    epochKey: plan.epochKey,
    signKeys: by.sign,
    random: by.random,
  });
  return snapshotItems(
    storedSnapshot(mustBeOk(sealed)),
    plan.heads.map(({ bytes, header }) => new Uint8Array(bytes.subarray(0, bytes.length - header.ctLength))),
  );
}

/** Every chain with its entries in order, sorted by chain as a header names them. */
export function chainsOf(
  entries: readonly VerifiedEntry[],
): readonly (readonly [ChainName, readonly VerifiedEntry[]])[] {
  const byChain = new Map<ChainName, VerifiedEntry[]>();
  for (const one of entries) {
    const chain = chainNameOf(one.header.device, one.header.stint);
    byChain.set(chain, [...(byChain.get(chain) ?? []), one]);
  }
  for (const chain of byChain.values()) chain.sort((a, b) => a.header.seq - b.header.seq);
  return [...byChain].sort(([a], [b]) => (a < b ? -1 : 1));
}

export const opened = (by: HostileDevice, one: VerifiedEntry) => mustHave(bodyOf(one, by.knows.keys));

/** What a truthful snapshot says of an entry besides its changes. */
export function saidOf(by: HostileDevice, one: VerifiedEntry): CoveredBody {
  const { nonce, changes, batch } = opened(by, one);
  return { nonce, changes: changes.length, ...(batch === undefined ? {} : { batch }) };
}

export function actorOfEntry(by: HostileDevice, one: VerifiedEntry): readonly [ActorId, DeviceId] {
  const { chart, section, device } = one.header;
  return [actorOf(device, chart, section, opened(by, one).nonce), device];
}
