/** The charts of the figures as plain Automerge documents: the same sections, written by the same code, saved. */
import type { Bytes } from '../../src/base/bytes.ts';
import { actorId, deviceId } from '../../src/base/ids.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { chartContent, writing, type ChartSize } from '../chart-content.ts';

export async function plainDocuments(charts: number, size: ChartSize): Promise<readonly Bytes[]> {
  await initCrdt();
  const device = deviceId(new Uint8Array(32).fill(1));
  const documents: Bytes[] = [];
  for (let chart = 0; chart < charts; chart++) {
    for (const resources of chartContent(chart, size).values()) {
      const actor = new Uint8Array(16);
      new DataView(actor.buffer).setUint32(0, documents.length + 1);
      const opened = SectionDocument.open({ changes: [], actors: [], author: { device, actor: actorId(actor) } });
      if (!opened.ok) throw new Error('the genesis opens');
      const written = opened.value.editMany(writing(resources), 0);
      if (!written.ok) throw new Error(`content of the bench is ${written.reason}`);
      documents.push(opened.value.save());
      opened.value.close();
    }
  }
  return documents;
}
