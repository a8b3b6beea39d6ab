/**
 * `npm run mutate [-- <part of a name> …]`: turns round every decision in scripts/mutants.ts, one at a time, and prints what
 * noticed: the simulated world within its 200 seeds, or a test by name. Fails when nothing did. A few seeds first, then the
 * tests, then the other seeds, so that most take seconds; two at a time.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutants, root, type Mutant } from '../../scripts/mutants.ts';

const firstSeeds = 4;
const allSeeds = 200;
/** Tests of the file itself: quick, and asked first about rules that are left out, which a world notices later than a false one. */
const nearTests: readonly (readonly [string, readonly string[]])[] = [
  ['src/access/verify-operation', ['test/access/operation', 'test/access/new-device', 'test/attacks/signatures.test']],
  [
    'src/access/',
    ['roster', 'charter', 'effective', 'epochs', 'new-device', 'custody'].map((name) => `test/access/${name}.test`),
  ],
  ['src/crdt/', ['test/crdt/hostile', 'test/attacks/documents']],
  ['src/crypto/', ['test/crypto', 'test/attacks/signatures.test']],
  ['src/store/', ['test/store/memory-store']],
  ['src/replica/', ['test/attacks/dropped-snapshots', 'test/keeper']],
  ['src/net/snapshot', ['test/attacks/dropped-snapshots']],
  ['src/app/section-snapshots', ['test/attacks/dropped-snapshots']],
  ['src/net/', ['test/net/replicator']],
  ['src/app/connections', ['test/keeper']],
  ['src/keeper/', ['test/keeper']],
  ['src/app/', ['test/app/hostile-peer', 'test/app/revoked-peer', 'test/app/sharing']],
];
/** Whatever else is about decisions. */
const farTests = ['test/attacks', 'test/access', 'test/app', 'test/keeper', 'test/net/', 'test/crdt'];

const parts = process.argv.slice(2);
const chosen = mutants.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
const beganMs = Date.now();
const rows: { readonly mutant: Mutant; readonly caught: string | undefined }[] = [];

// What fails already with nothing turned round would seem to catch everything.
const before = await seedThatNotices('', 1, firstSeeds);
if (before !== undefined) throw new Error(`nothing is turned round, and yet: ${before}`);

const queue = [...chosen];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const caught = await whatNotices(mutant);
      rows.push({ mutant, caught });
      say(
        `${caught === undefined ? 'NOT CAUGHT' : 'caught'} ${mutant.name}${caught === undefined ? '' : `: ${caught}`}`,
      );
    }
  }),
);

const width = Math.max(...chosen.map(({ name }) => name.length));
say(`\n${'decision'.padEnd(width)}  rule           caught by`);
for (const { mutant, caught } of rows.sort((a, b) => chosen.indexOf(a.mutant) - chosen.indexOf(b.mutant)))
  say(`${mutant.name.padEnd(width)}  ${mutant.rule.padEnd(14)} ${caught ?? 'NOTHING'}`);
const survived = rows.filter(({ caught }) => caught === undefined).length;
const minutes = Math.round((Date.now() - beganMs) / 60_000);
say(`\n${rows.length} turned round in ${minutes} min, ${rows.length - survived} caught, ${survived} not`);
process.exitCode = survived === 0 ? 0 : 1;

async function whatNotices({ name, file }: Mutant): Promise<string | undefined> {
  const near = nearTests.find(([prefix]) => file.startsWith(prefix))?.[1] ?? [];
  const leftOut = name.endsWith(':off');
  return (
    (leftOut ? await testThatNotices(name, near) : undefined) ??
    (await seedThatNotices(name, 1, firstSeeds)) ??
    (leftOut ? undefined : await testThatNotices(name, near)) ??
    (await testThatNotices(name, farTests)) ??
    (await seedThatNotices(name, firstSeeds + 1, allSeeds))
  );
}

async function seedThatNotices(name: string, from: number, to: number): Promise<string | undefined> {
  const options = ['--from', from, '--seeds', to - from + 1, '--step', 1, '--only-to-see', 1].map(String);
  const { code, output } = await run(name, ['--import', 'tsx', 'test/sim/main.ts', ...options]);
  if (code === 0) return undefined;
  const said = output.split('\n').find((line) => line.startsWith('seed '));
  if (said === undefined) throw new Error(`the simulation with ${name} turned round does not run:\n${output}`);
  return `simulation, ${said.slice(0, 110)}`;
}

async function testThatNotices(name: string, files: readonly string[]): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'peerchart-mutate-'));
  const report = join(folder, 'report.json');
  const options = ['--project', 'unit', '--bail', '1', '--reporter', 'json', '--outputFile', report];
  const { code, output } = await run(name, ['node_modules/vitest/vitest.mjs', 'run', ...options, ...files]);
  const failed = code === 0 ? undefined : (firstFailure(report) ?? output.split('\n')[0]);
  rmSync(folder, { recursive: true, force: true });
  return failed;
}

function firstFailure(report: string): string | undefined {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly testResults: readonly {
      readonly name: string;
      readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
    }[];
  };
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed !== undefined) return `${name.slice(root.length + 1)} "${failed.title.slice(0, 80)}"`;
  }
  return testResults.map(({ name }) => `${name.slice(root.length + 1)} does not load`)[0];
}

function run(name: string, args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, PEERCHART_FLIP: name } });
  let output = '';
  const hear = (text: Buffer): void => {
    output += text.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve) => child.on('exit', (code) => resolve({ code: code ?? 1, output })));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
