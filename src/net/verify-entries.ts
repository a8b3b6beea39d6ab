/**
 * What is looked at in received entries before a host sees them: bounds, one hash and one signature an entry, and nothing else
 * (RE-4). All of a frame at once, since signatures are checked beside each other where the platform can.
 */
import type { Bytes } from '../base/bytes.ts';
import type { Result } from '../base/result.ts';
import { decodeEntry, verifyEntry, type VerifiedEntry } from '../crypto/entry.ts';
import type { ChartSection, EncodedEntries } from './wire.ts';

export interface VerifiedSection extends ChartSection {
  readonly verified: readonly VerifiedEntry[];
  /** Why the others were not taken. */
  readonly faults: readonly string[];
}

export function verifyEntries(sections: readonly EncodedEntries[]): Promise<readonly VerifiedSection[]> {
  return Promise.all(
    sections.map(async ({ chart, section, entries }) => {
      const checked = await Promise.all(entries.map((bytes) => verified({ chart, section }, bytes)));
      return {
        ...{ chart, section },
        verified: checked.flatMap((one) => (one.ok ? [one.value] : [])),
        faults: checked.flatMap((one) => (one.ok ? [] : [`entry-${one.reason}`])),
      };
    }),
  );
}

async function verified({ chart, section }: ChartSection, bytes: Bytes): Promise<Result<VerifiedEntry>> {
  const received = decodeEntry(bytes);
  if (!received.ok) return received;
  const { header } = received.value;
  if (header.chart !== chart || header.section !== section) return { ok: false, reason: 'of-another-section' };
  return verifyEntry(received.value);
}
