/** Several files taken in, against the least one could do with them: parse, one Automerge document each, its saved bytes. */
import * as A from '@automerge/automerge/slim';
import { importTexts } from './practice.ts';

interface Bundle {
  readonly entry: readonly { readonly resource: { readonly resourceType: string; readonly id: string } }[];
}

/** Milliseconds, and how many resources were written. */
export async function measure(
  texts: readonly string[],
): Promise<{ readonly product: number; readonly floor: number; readonly resources: number }> {
  const beginFloor = performance.now();
  for (const text of texts) A.free(plainDocument(text));
  const floor = performance.now() - beginFloor;

  const begin = performance.now();
  const { resources } = await importTexts(texts);
  return { product: performance.now() - begin, floor, resources };
}

function plainDocument(text: string): A.Doc<Record<string, A.ImmutableString>> {
  const { entry } = JSON.parse(text) as Bundle;
  const texts: Record<string, A.ImmutableString> = {};
  for (const { resource } of entry)
    texts[`${resource.resourceType}/${resource.id}`] = new A.ImmutableString(JSON.stringify(resource));
  const document = A.from(texts);
  if (A.save(document).length === 0) throw new Error('a document has bytes');
  return document;
}
