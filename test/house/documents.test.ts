/** What the documents say of the repository: links and file names that lead somewhere, and a sentence for every dependency. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const documents: readonly string[] = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

it('every link between documents leads to a file', () => {
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(join(root, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(broken).toEqual([]);
});

it('every source file a document names exists', () => {
  const gone = documents.flatMap((document) =>
    [...read(document).matchAll(/`((?:src|test|docs|scripts|bench|vendor)\/[\w./-]+\.(?:ts|mjs|md|css))`/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(gone).toEqual([]);
});

it('every file that is named by its room exists', () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const named = new RegExp(`\`((?:${rooms.map(({ name }) => name).join('|')})/[\\w./-]+\\.ts)\``, 'g');
  const gone = documents.flatMap((document) =>
    [...read(document).matchAll(named)]
      .map((match) => join('src', match[1] ?? ''))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(gone).toEqual([]);
});

it('every decision is in their list, by its title', () => {
  const index = read('docs/decisions/README.md');
  const records = readdirSync(join(root, 'docs/decisions')).filter((name) => /^\d{4}-/.test(name));
  const titled = (name: string): string =>
    /^# (.*)/.exec(read(`docs/decisions/${name}`))?.[1]?.replaceAll('_', '') ?? '';
  const missing = records.filter((name) => !index.includes(`${Number(name.slice(0, 4))}. [${titled(name)}](${name})`));
  expect(missing).toEqual([]);
});

it('every dependency has its line in docs/decisions', () => {
  const { dependencies } = JSON.parse(read('package.json')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const record = read('docs/decisions/0013-dependencies.md');
  expect(Object.keys(dependencies).filter((name) => !record.includes(`\`${name}\``))).toEqual([]);
});

it('every command the README names is one of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const named = [...read('README.md').matchAll(/npm (?:run )?(start|test|[a-z:]+)\b/g)].map((match) => match[1] ?? '');
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});
