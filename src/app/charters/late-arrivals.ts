/**
 * CH-3: what a device that lost its place wrote counts where it was known before that. Where it came to be known later it
 * waits, and perhaps nobody there may say anything: whoever may, and hears that it arrived there, is to say how far it counts.
 */
import type { DeviceId } from '../../base/ids.ts';
import type { Section } from '../../base/sections.ts';
import type { CharterState } from '../../access/charter.ts';
import { chainParts } from '../../access/operation-bodies.ts';
import type { VerifiedCharterOp } from '../../access/verify-operation.ts';
import type { ChainName, FrontierItem } from '../../crypto/entry.ts';
import { openCloses } from './closing.ts';
import type { PracticeContext } from '../practice-context.ts';

/**
 * Of what `holder` says it holds, the chains in which something new to it may wait for a close there. What is not here either
 * says nothing yet: this device cannot count what it lacks. Of its own chains a device knew before.
 */
export function waitingThere(
  context: PracticeContext,
  charter: CharterState,
  section: Section,
  said: { readonly holder: DeviceId; readonly frontier: readonly FrontierItem[]; isNew(item: FrontierItem): boolean },
): ReadonlySet<ChainName> {
  const arrived = said.frontier.filter((item) => {
    const { device } = chainParts(item.chain);
    return device !== said.holder && context.rosters.hasLost(device) && said.isNew(item);
  });
  if (arrived.length === 0) return new Set();
  const open = new Set(openCloses(context, charter).map(({ device }) => device));
  const here = new Map(context.content.frontier(charter.chart, section).map(({ chain, seq }) => [chain, seq]));
  return new Set(
    arrived
      .filter(({ chain, seq }) => open.has(chainParts(chain).device) && (here.get(chain) ?? 0) >= seq)
      .map(({ chain }) => chain),
  );
}

/** Whether among operations handed to a device are some that wait there for a close. */
export function waitThere(
  context: PracticeContext,
  charter: CharterState,
  to: DeviceId,
  ops: readonly VerifiedCharterOp[],
): boolean {
  const lost = ops.filter(({ signer }) => signer !== to && context.rosters.hasLost(signer));
  if (lost.length === 0) return false;
  const open = new Set(openCloses(context, charter).map(({ device }) => device));
  return lost.some(({ signer }) => open.has(signer));
}
