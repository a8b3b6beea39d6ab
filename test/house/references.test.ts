/**
 * Rules and attacks are named by number all over the code; a number that no document explains tells a reader nothing. So each
 * one used in the program, its tests and the bench must be defined in docs/protocol.md or docs/threats.md, and each test file
 * that docs/threats.md relies on must exist.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const protocol = readFileSync(join(root, 'docs/protocol.md'), 'utf8');
const threats = readFileSync(join(root, 'docs/threats.md'), 'utf8');

/** The families of rules. Other words of that form (SHA-256, BIP-39, ICD-10) are names of things outside the project. */
const ruleId = /(?<![\w-])(?:ID|OP|CH|EN|CUT|SN|RE|AM|AU)-\d+(?:\.\d+)?(?![\w-])/g;
const attackId = /\bATTACK-\d+|\battack \d+/gi;

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|css)$/.test(name) && !name.includes('node_modules'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(root, folder, name), 'utf8') }));
}

const sources = ['src', 'test', 'bench', 'scripts'].flatMap(sourcesIn);

/** "path: id" for every use of an id that is not among the defined ones. */
function undefinedUses(pattern: RegExp, isDefined: (id: string) => boolean): readonly string[] {
  return sources.flatMap(({ path, text }) =>
    [...new Set(text.match(pattern) ?? [])].filter((id) => !isDefined(id)).map((id) => `${path}: ${id}`),
  );
}

/** A rule is defined where its id stands in bold; OP-5.3 is the third numbered line under OP-5. */
function isDefinedRule(id: string): boolean {
  const [rule = '', line] = id.split('.');
  const at = protocol.indexOf(`**${rule}**`);
  if (at < 0) return false;
  if (line === undefined) return true;
  const body = protocol.slice(at, protocol.indexOf('\n- **', at));
  return new RegExp(`^ +${line}\\. `, 'm').test(body);
}

const isDefinedAttack = (id: string): boolean => threats.includes(`**ATTACK-${/\d+/.exec(id)?.[0] ?? ''}**`);

describe('a number in the code', () => {
  it('that names a rule is defined in docs/protocol.md', () => {
    expect(undefinedUses(ruleId, isDefinedRule)).toEqual([]);
  });

  it('that names an attack is defined in docs/threats.md', () => {
    expect(undefinedUses(attackId, isDefinedAttack)).toEqual([]);
  });

  it('is not taken for defined when it is not', () => {
    // Put together here, so that this file uses no number that is not defined.
    const made = (family: string, number: number): string => `${family}-${number}`;
    expect([made('CUT', 99), made('OP', 5.9), made('ZZ', 1)].filter(isDefinedRule)).toEqual([]);
    expect(isDefinedAttack(made('ATTACK', 99))).toBe(false);
    expect('see SHA-256, ICD-10 and [CUT-2]'.match(ruleId)).toEqual(['CUT-2']);
  });
});

describe('docs/threats.md', () => {
  it('lists every attack, each once', () => {
    const listed = [...threats.matchAll(/\*\*ATTACK-(\d+)\*\*/g)].map((match) => Number(match[1]));
    expect(listed).toEqual(Array.from({ length: 70 }, (_, i) => i + 1));
  });

  it('names test files that exist', () => {
    const paths = sources.map(({ path }) => path.replaceAll('\\', '/'));
    const named = [...new Set([...threats.matchAll(/`(test\/[\w./-]+)`/g)].map((match) => match[1] ?? ''))];
    expect(named.filter((name) => !paths.some((path) => path === name || path.startsWith(name)))).toEqual([]);
  });
});
