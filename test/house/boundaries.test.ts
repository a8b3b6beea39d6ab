/**
 * The boundaries are the confidentiality proof, so a rule that can never fail would prove nothing: a made-up tree breaks
 * each of them once, and takes each permitted way once.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const configFile = join(root, '.dependency-cruiser.cjs');

/** [file, what it imports, the rule that refuses it] */
const refused: readonly (readonly [string, string, string])[] = [
  ['src/base/a.ts', '../clinical/plain.ts', 'base-imports'],
  ['src/base/b.ts', 'node:fs', 'base-does-no-io'],
  ['src/crypto/a.ts', '../clinical/plain.ts', 'crypto-imports'],
  ['src/access/a.ts', '../store/store.ts', 'access-imports'],
  ['src/access/b.ts', '../crypto/sealed-entry.ts', 'access-opens-nothing'],
  ['src/clinical/a.ts', '../crypto/hash.ts', 'clinical-imports'],
  ['src/crdt/a.ts', '../net/plain.ts', 'crdt-imports'],
  ['src/store/a.ts', '../crypto/seal.ts', 'store-imports'],
  ['src/net/a.ts', '../store/idb-store.ts', 'net-imports'],
  ['src/net/b.ts', '../access/b.ts', 'ciphertext-side-reaches-no-plaintext'],
  ['src/net/frame-thread.ts', './b-libp2p.ts', 'frame-thread-reaches-no-disk-and-no-network'],
  ['src/replica/a.ts', '../crypto/seal.ts', 'replica-imports'],
  ['src/replica/b.ts', '../access/b.ts', 'ciphertext-side-reaches-no-plaintext'],
  ['src/keeper/a.ts', '../crypto/seal.ts', 'keeper-imports'],
  ['src/keeper/b.ts', '../access/b.ts', 'relay-and-keeper-open-nothing'],
  ['src/worker/a.ts', '../store/store.ts', 'worker-imports'],
  ['src/app/a.ts', '../ui/plain.ts', 'app-imports'],
  ['src/ui/a.ts', '../crypto/hash.ts', 'ui-imports'],
  ['src/ui/b.ts', '../app/session.ts', 'ui-knows-app-by-its-types'],
  ['src/ui/main.ts', '../app/session.ts', 'ui-main-composes-by-app-browser'],
  ['src/node/a.ts', '../clinical/plain.ts', 'node-imports'],
  ['src/node/relay.ts', '../app/browser.ts', 'relay-and-keeper-open-nothing'],
  ['src/node/b.ts', '../demo/plain.ts', 'product-imports-no-demonstration'],
  ['src/demo/patients/a.ts', '../../app/session.ts', 'demo/patients-imports'],
  ['src/demo/page/a.ts', '../../crypto/hash.ts', 'demo/page-imports'],
  ['src/access/c.ts', 'tweetnacl', 'only-crypto-imports-tweetnacl'],
  ['src/app/b.ts', '@automerge/automerge/slim', 'only-crdt-imports-automerge'],
  ['src/app/c.ts', 'idb', 'only-store-imports-idb'],
  ['src/net/c.ts', 'libp2p', 'only-net-libp2p-imports-libp2p'],
  ['src/app/d.ts', 'lit', 'only-ui-imports-elements'],
  ['src/app/e.ts', '../../test/plain.ts', 'product-imports-no-tests'],
  ['src/base/circle-a.ts', './circle-b.ts', 'no-cycles'],
  ['src/base/c.ts', './nowhere.ts', 'no-unresolved'],
];

/** [file, what it imports]: what must stay possible. */
const permitted: readonly (readonly [string, string])[] = [
  ['src/base/circle-b.ts', './circle-a.ts'],
  ['src/crypto/d.ts', 'tweetnacl'],
  ['src/crdt/d.ts', '@automerge/automerge/slim'],
  ['src/store/d.ts', '../crypto/entry.ts'],
  ['src/store/idb-store.ts', 'idb'],
  ['src/net/d.ts', '../store/store.ts'],
  ['src/net/libp2p-d.ts', 'libp2p'],
  ['src/net/b-libp2p.ts', './libp2p-d.ts'],
  ['src/net/frame-thread-main.ts', './d.ts'],
  ['src/ui/d.ts', '../clinical/plain.ts'],
  ['src/replica/d.ts', '../net/plain.ts'],
  ['src/keeper/d.ts', '../replica/d.ts'],
  ['src/app/f.ts', '../replica/d.ts'],
  ['src/worker/d.ts', '../clinical/plain.ts'],
  ['src/app/g.ts', '../worker/d.ts'],
  ['src/node/d.ts', '../net/plain.ts'],
  ['src/demo/server.ts', '../node/d.ts'],
  ['src/demo/patients/b.ts', '../../clinical/plain.ts'],
  ['src/demo/page/main.ts', '../../app/browser.ts'],
];
const asTypes: readonly (readonly [string, string])[] = [['src/ui/e.ts', '../app/session.ts']];
const plainFiles = [
  'src/clinical/plain.ts',
  'src/crypto/hash.ts',
  'src/crypto/entry.ts',
  'src/crypto/seal.ts',
  'src/crypto/sealed-entry.ts',
  'src/store/store.ts',
  'src/net/plain.ts',
  'src/ui/plain.ts',
  'src/app/session.ts',
  'src/demo/plain.ts',
  'test/plain.ts',
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

let folder = '';
let violations: readonly Violation[] = [];

function isReport(value: unknown): value is { readonly summary: { readonly violations: readonly Violation[] } } {
  return typeof value === 'object' && value !== null && 'summary' in value;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

function rulesBrokenBy(file: string): readonly string[] {
  return violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerchart-house-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await write('tsconfig.json', await readFile(join(root, 'tsconfig.json'), 'utf8'));
  for (const path of plainFiles) await write(path, 'export const plain = 1;\nexport type Plain = 1;\n');
  for (const [path, target] of [...refused, ...permitted]) {
    await write(path, `import * as thing from '${target}';\nexport const plain = thing;\n`);
  }
  for (const [path, target] of asTypes) {
    await write(path, `import type { Plain } from '${target}';\nexport type Same = Plain;\n`);
  }
  // Two files that import two things each: the road of one edit goes through them.
  await write(
    'src/app/browser.ts',
    "import * as thing from '../crypto/sealed-entry.ts';\nexport const plain = thing;\n",
  );
  await write(
    'src/ui/main.ts',
    "import * as a from '../app/browser.ts';\nimport * as b from '../app/session.ts';\nexport const plain = [a, b];\n",
  );
  const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cli, '--config', configFile, '--output-type', 'json', 'src'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 }).catch(
    (error: unknown) => error as { readonly stdout: string },
  );
  const report: unknown = JSON.parse(stdout);
  if (!isReport(report)) throw new Error('dependency-cruiser writes a summary');
  violations = report.summary.violations;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('import boundaries', () => {
  it.each(refused)('%s may not import %s: %s', (file, _target, rule) => {
    expect(rulesBrokenBy(file)).toContain(rule);
  });

  it.each([...permitted.slice(1), ...asTypes])('%s may import %s', (file) => {
    expect(rulesBrokenBy(file)).toEqual([]);
  });

  it('every rule of the configuration is broken by the made-up tree', () => {
    const config = createRequire(import.meta.url)(configFile) as {
      readonly forbidden: readonly { readonly name: string }[];
    };
    const broken = new Set(violations.map(({ rule }) => rule.name));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});
