/**
 * The side that hands keys over (ID-5): an active device of the same practice may ask for all keys this device holds, from
 * any place on. Sealed to the box key that the roster names, in pieces; a keeper, a removed device and a stranger get none.
 */
import type { ChartId, KeyId } from '../../base/ids.ts';
import type { Bytes } from '../../base/bytes.ts';
import type { HandedKey, JoiningMessages, KeyPlace } from '../../access/joining.ts';
import { handOverBytes } from '../../access/limits.ts';
import { mayHoldKeys } from '../../access/roles.ts';
import type { RosterDevice } from '../../access/roster.ts';
import { WrapBatch } from '../../crypto/box.ts';
import { everyChart } from '../charts/every-chart.ts';
import type { MeetingLine } from '../../net/meeting-line.ts';
import { ownStanding } from '../people/people-roster.ts';
import type { PracticeContext } from '../practice-context.ts';

/** Bytes of one wrapped key with the names of its chart, section and itself. */
const handedKeyBytes = 180;
const keysAtOnce = Math.floor(handOverBytes / handedKeyBytes);

export async function giveKeys(
  context: PracticeContext,
  line: MeetingLine,
  first: JoiningMessages['wantKeys'],
): Promise<void> {
  let after = first.after;
  for (;;) {
    // Asked anew each time: it may be removed while this goes on.
    const sibling = entitledSibling(context, line);
    if (sibling === undefined) {
      context.diagnostics.count('keys asked for', 'refused');
      await line.say({ kind: 'refuse', reason: 'refused' });
      return;
    }
    const place = after;
    const piece = await context.exclusively(() => nextKeys(context, sibling.boxKey, place));
    await line.say({ kind: 'keys', ...piece });
    const next = await line.hear();
    if (next?.kind !== 'wantKeys') return;
    after = next.after;
  }
}

function entitledSibling(context: PracticeContext, line: MeetingLine): RosterDevice | undefined {
  const { rosters, self } = context;
  const device = rosters.mustGet(self.practice).devices.get(line.connection.device);
  const entitled = device?.status === 'active' && mayHoldKeys(device.role) && ownStanding(context) === 'active';
  return entitled ? device : undefined;
}

async function nextKeys(
  context: PracticeContext,
  boxKey: Bytes,
  after: KeyPlace | null,
): Promise<JoiningMessages['keys']> {
  const { charters, index, ports } = context;
  const charts = await everyChart(context);
  const wraps = new WrapBatch(ports.random);
  const keys: HandedKey[] = [];
  let done = 0;
  try {
    for (const [place, chart] of charts.entries()) {
      if (after !== null && chart < after.chart) continue;
      for (const { keyId, section, key } of await keysOf(charters, chart)) {
        if (after?.chart === chart && keyId <= after.keyId) continue;
        if (keys.length >= keysAtOnce) return piece(true);
        keys.push({ chart, section, keyId, wrap: wraps.wrap(boxKey, key) });
      }
      done = place;
    }
    return piece(false);
  } finally {
    wraps.wipe();
  }

  function piece(more: boolean): JoiningMessages['keys'] {
    const total = index.all.filter(({ patientKey }) => patientKey !== '').length;
    return { ephemeralKey: wraps.ephemeralKey, keys, done: Math.min(done, total), total, more };
  }
}

/** In the order of their ids, with the section each was made for. */
async function keysOf(
  charters: PracticeContext['charters'],
  chart: ChartId,
): Promise<readonly (Pick<HandedKey, 'keyId' | 'section'> & { readonly key: Bytes })[]> {
  const access = await charters.get(chart);
  if (access === undefined) return [];
  const sections = new Map(access.charter.epochs.map(({ keyId, section }) => [keyId, section]));
  const sorted = [...access.keys].sort(([a]: [KeyId, Bytes], [b]: [KeyId, Bytes]) => (a < b ? -1 : 1));
  return sorted.flatMap(([keyId, key]) => {
    const section = sections.get(keyId);
    return section === undefined ? [] : [{ keyId, section, key }];
  });
}
