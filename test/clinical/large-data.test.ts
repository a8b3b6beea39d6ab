/** Large `data` of resources (EN-10): taken out, seen to be the same again, and put back character for character. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestText, type AttachmentManifest } from '../../src/base/attachment.ts';
import { chunkHash } from '../../src/base/ids.ts';
import { fromBase64, toBase64 } from '../../src/clinical/base64.ts';
import { stringifyJson, type JsonValue } from '../../src/clinical/json.ts';
import { parseJson } from '../../src/clinical/json-parser.ts';
import {
  dataText,
  manifestsInText,
  mapData,
  maxInlineData,
  stubbedSections,
  manifestsWritten,
  stubOfManifest,
  stubsIn,
  takeOut,
  withManifests,
} from '../../src/clinical/large-data.ts';

const json = (value: unknown): JsonValue => {
  const parsed = parseJson(JSON.stringify(value));
  if (!parsed.ok) throw new Error('JSON');
  return parsed.value;
};
const stubbed = (base: string): string | undefined =>
  stubbedSections(new Map([['documents', { resources: new Map([['a', { key: 'a', base, registers: {} }]]) }]]))
    .get('documents')
    ?.resources.get('a')?.base;
const long = 'QUJD'.repeat(maxInlineData / 4 + 1);

/** Taken out and put back again. */
function roundTrip(value: unknown): string {
  const { json: without, taken } = takeOut(json(value));
  const texts = new Map(taken.map(({ stub, form, bytes }) => [stub, dataText(form, bytes)]));
  return stringifyJson(mapData(without, (data) => texts.get(data) ?? data));
}

describe('[EN-10] large data', () => {
  it('is found wherever it stands, and what is small stays where it is', () => {
    const resource = {
      resourceType: 'DocumentReference',
      content: [{ attachment: { data: long, title: 'scan' } }, { attachment: { data: 'QUJD' } }],
      contained: [{ resourceType: 'Binary', data: `${long}QUJD` }],
      extension: [{ url: 'x', valueAttachment: { data: long } }],
      note: long,
    };
    const { json: without, taken } = takeOut(json(resource));
    expect(taken.map(({ form, bytes }) => [form, bytes.length])).toEqual([
      ['base64', (long.length / 4) * 3],
      ['base64', (long.length / 4) * 3 + 3],
    ]);
    const text = stringifyJson(without);
    expect(text.match(/"peerchart-data:base64:[0-9a-f]{64}:\d+"/g)).toHaveLength(3);
    expect(text).toContain('"data":"QUJD"');
    expect(text).toContain(`"note":"${long}"`);
    expect(roundTrip(resource)).toBe(JSON.stringify(resource));
  });

  it('stays the same object where there is none', () => {
    const value = json({ resourceType: 'Binary', data: 'QUJD'.repeat(maxInlineData / 4) });
    expect(takeOut(value)).toEqual({ json: value, taken: [] });
    expect(takeOut(value).json).toBe(value);
  });

  it.each([
    ['with line breaks', `${long}\nQUJD`],
    ['without its padding', `${long}QQ`],
    ['with bits behind the last byte', `${long}QR==`],
    ['of a waveform', '1 2 E -3.5 '.repeat(4000)],
    ['that no text encoding takes', `${long}\ud800`],
    ['with letters of every kind', `${long}äß漢🙂`],
    ['that is no data of ours', 'peerchart-attachment:forged'],
    ['that looks like a stub', `peerchart-data:base64:${'0'.repeat(64)}:5`],
    ['that begins with a byte order mark', `\ufeff${long}`],
  ])('%s comes back as it was written', (_, data) => {
    expect(roundTrip({ resourceType: 'Binary', data })).toBe(JSON.stringify({ resourceType: 'Binary', data }));
    expect(takeOut(json({ data })).taken).toHaveLength(1);
  });

  it('is the same again, whether it comes from a file or is held by a manifest', () => {
    const { json: without, taken } = takeOut(json({ resourceType: 'Binary', data: long }));
    const [one] = taken;
    if (one === undefined) throw new Error('taken out');
    const digest = one.stub.split(':')[2] ?? '';
    const manifest: AttachmentManifest = {
      form: 'base64',
      id: new Uint8Array(16),
      key: new Uint8Array(32).fill(7),
      size: one.bytes.length,
      digest: Uint8Array.from(digest.match(/../g) ?? [], (pair) => parseInt(pair, 16)),
      chunks: [chunkHash(new Uint8Array(32))],
    };
    expect(stubOfManifest(manifest)).toBe(one.stub);
    const create = { kind: 'create', key: 'Binary/1', base: stringifyJson(without) } as const;
    const written = withManifests(create, new Map([[one.stub, manifestText(manifest)]]));
    const stored = 'base' in written ? written.base : '';
    expect(stubsIn([create])).toEqual(new Set([one.stub]));
    expect([...manifestsInText(stored).values()]).toEqual([manifest]);
    expect(manifestsWritten([written])).toEqual([manifest]);
    expect(stubbed(stored)).toBe(stringifyJson(without));
    expect(manifestsInText('{"data":"peerchart-attachment:no"}').size).toBe(0);
    expect(manifestsInText('peerchart-attachment: no JSON').size).toBe(0);
    expect(stubbed('{"data":"peerchart-attachment:no"}')).toBe('{"data":"peerchart-attachment:no"}');
  });

  it('nothing but the data is touched by what stands in its place', () => {
    const stub = `peerchart-data:base64:${'0'.repeat(64)}:5`;
    const create = { kind: 'create', key: 'Binary/1', base: JSON.stringify({ title: stub, data: stub }) } as const;
    expect(withManifests(create, new Map([[stub, 'm']]))).toEqual({
      ...create,
      base: JSON.stringify({ title: stub, data: 'm' }),
    });
  });
});

describe('base64', () => {
  it('is that of the platform, both ways, whatever the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(toBase64(bytes)).toBe(text);
        expect(fromBase64(text)).toEqual(new Uint8Array(bytes));
      }),
    );
    const large = new Uint8Array(100_001).map((_, i) => i * 31);
    expect(toBase64(large)).toBe(Buffer.from(large).toString('base64'));
  });

  it('takes no text that it would not write', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 12, unit: fc.constantFrom('A', 'B', 'Q', '=', '/', '\n', 'é', '-') }),
        (text) => {
          const bytes = fromBase64(text);
          if (bytes !== undefined) expect(toBase64(bytes)).toBe(text);
        },
      ),
    );
  });
});
