/** What bytes a file may be of: letters are read as they are written, or the file is refused with the reason. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { chosenFile } from '../../../src/ui/import/file-text.ts';
import { wordsOfRefusal } from '../../../src/ui/import/words.ts';
import { World } from '../support/world.ts';

const maria = '{"resourceType":"Patient","id":"m","name":[{"family":"Núñez","given":["María"]}]}';

describe('a file of', () => {
  let clinic: Session;

  beforeEach(async () => {
    const world = await World.start();
    clinic = await world.newPractice('alice');
  });

  afterEach(() => clinic.lock());

  async function plan(bytes: Uint8Array<ArrayBuffer>) {
    const files = [chosenFile(new File([bytes], 'maria.json'))];
    const { items } = await clinic.planImport(files, () => undefined, new AbortController().signal);
    return items.map(({ patientName, outcome }) => ({ patientName, ...outcome }));
  }

  test.each([
    ['UTF-8', new TextEncoder().encode(maria)],
    ['UTF-8 with a byte order mark and lines of another system', new TextEncoder().encode(`\uFEFF${maria}\r\n`)],
  ])('%s is read', async (_what, bytes) => {
    expect(await plan(bytes)).toMatchObject([{ kind: 'new', patientName: 'María Núñez' }]);
  });

  test.each([
    ['Windows-1252', new Uint8Array(Buffer.from(maria, 'latin1'))],
    ['UTF-16', new Uint8Array(Buffer.from(`\uFEFF${maria}`, 'utf16le'))],
    ['packed bytes', new Uint8Array(gzipSync(maria))],
  ])('%s is refused: not a letter of it is put into a chart', async (_what, bytes) => {
    expect(await plan(bytes)).toMatchObject([{ kind: 'bad', reason: 'not-utf8' }]);
    expect(wordsOfRefusal('not-utf8').wrong).toContain('UTF-8');
    expect(clinic.charts).toEqual([]);
  });

  test('which cannot be read any more is another matter', async () => {
    const gone = { name: 'gone.json', text: () => Promise.reject(new DOMException('gone', 'NotFoundError')) };
    const { items } = await clinic.planImport([gone], () => undefined, new AbortController().signal);
    expect(items).toMatchObject([{ outcome: { kind: 'bad', reason: 'not-readable' } }]);
  });
});
