/**
 * `npm run mutate [-- <part of a name> …] [--resume] [--share 1/2] [--workers 2]`: turns round every decision in scripts/mutants.ts, one at a
 * time, and prints what noticed: a test by name, or the simulated world within its 200 seeds. What is to notice must first pass
 * with nothing turned round (mutate-judging.ts). Fails when nothing noticed, or when what did proves nothing. Tests near the file
 * first, then some seeds, all other tests about decisions, the other seeds. Results are kept as it goes (mutate-results.ts).
 */
import { availableParallelism } from 'node:os';
import { mutants, type Mutant } from '../../scripts/mutants.ts';
import { attackRules } from '../attacks/rules.ts';
import { Judge } from './mutate-judging.ts';
import { filesUnder, Results, type Found } from './mutate-results.ts';

const firstSeeds = 4;
/** Cheaper than all other tests. */
const nextSeeds = 30;
const allSeeds = 200;
/** Tests of the file itself. */
const nearTests: readonly (readonly [string, readonly string[]])[] = [
  [
    'src/access/verify-operation',
    ['test/access/operation.test.ts', 'test/access/new-device.test.ts', 'test/attacks/signatures.test.ts'],
  ],
  ['src/access/entry-claims', ['test/attacks/documents.test.ts', 'test/attacks/snapshots.test.ts']],
  [
    'src/access/',
    ['roster', 'charter', 'effective', 'epochs', 'new-device', 'custody'].map((name) => `test/access/${name}.test.ts`),
  ],
  ['src/crdt/check-typing', ['test/crdt/hostile-typing.test.ts', 'test/attacks/notes.test.ts']],
  ['src/crdt/trial-typing', ['test/crdt/hostile-typing.test.ts', 'test/attacks/notes.test.ts']],
  ['src/crdt/', ['test/crdt/hostile.test.ts', 'test/attacks/documents.test.ts']],
  ['src/crypto/', ['test/crypto', 'test/attacks/signatures.test.ts']],
  ['src/store/', ['test/store/memory-store.test.ts']],
  ['src/replica/terms-after-stop', ['test/replica/terms-after-stop.test.ts']],
  ['src/replica/', ['test/attacks/dropped-snapshots.test.ts', 'test/keeper']],
  ['src/net/snapshot', ['test/attacks/dropped-snapshots.test.ts']],
  ['src/app/charters/stopping-everything', ['test/app/charters/stop-everything.test.ts']],
  ['src/app/sections/section-snapshots', ['test/attacks/dropped-snapshots.test.ts']],
  ['src/net/', ['test/net/replicator.test.ts', 'test/net/negentropy.test.ts']],
  ['src/app/peers/connections', ['test/keeper']],
  ['src/keeper/', ['test/keeper']],
  [
    'src/app/',
    ['test/app/peers/hostile-peer.test.ts', 'test/app/peers/revoked-peer.test.ts', 'test/app/charters/sharing.test.ts'],
  ],
];
/** Whatever else is about decisions. */
const farTests = ['test/attacks', 'test/access', 'test/app', 'test/keeper', 'test/replica', 'test/net', 'test/crdt'];

interface Row {
  readonly mutant: Mutant;
  readonly found: Found;
}

const asked = readAsked(process.argv.slice(2));
const chosen = mutants
  .filter(({ name }) => asked.parts.length === 0 || asked.parts.some((part) => name.includes(part)))
  .filter((_, i) => i % asked.shares === asked.share - 1);
const results = new Results();
const judge = new Judge(results);
const beganMs = Date.now();

const rows: Row[] = asked.resume
  ? chosen.flatMap((mutant) => {
      const found = results.found(mutant);
      return found?.kind === 'caught' ? [{ mutant, found }] : [];
    })
  : [];
const queue = chosen.filter((mutant) => !rows.some((row) => row.mutant === mutant));
if (queue.length > 0) {
  const unfit = [...(await judge.learnSeeds(1, firstSeeds)), ...(await judge.learnUnmutated(queue.flatMap(testsNear)))];
  for (const said of unfit) say(`fails with nothing turned round, and catches nothing: ${said}`);
}
await Promise.all(
  Array.from({ length: asked.workers }, async () => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const found = await whatNotices(mutant);
      results.keepFound(mutant, found);
      rows.push({ mutant, found });
      say(`${mutant.name}: ${worded(found)}`);
    }
  }),
);
report();

async function whatNotices(mutant: Mutant): Promise<Found> {
  const { name } = mutant;
  const near = testsNear(mutant);
  const attacks = near.filter((file) => attackFiles(name).includes(file));
  const before = results.caughtBefore(name);
  const far = farTests.flatMap(testFilesUnder).filter((file) => !near.includes(file) && file !== before);
  const caught =
    (before === undefined ? undefined : await judge.byTests(name, [before])) ??
    (await judge.byTests(name, attacks, '[ATTACK-')) ??
    (await judge.byTests(name, judge.sorted(near))) ??
    (await judge.bySeeds(name, 1, firstSeeds)) ??
    (await judge.bySeeds(name, firstSeeds + 1, nextSeeds)) ??
    (await judge.byTests(name, far)) ??
    (await judge.bySeeds(name, nextSeeds + 1, allSeeds));
  if (caught !== undefined) return caught;
  const doubts = judge.doubtsOf(name);
  return doubts.length === 0 ? { kind: 'survived' } : { kind: 'not-judged', why: doubts.join('; ') };
}

function testsNear({ name, file }: Mutant): readonly string[] {
  const near = nearTests.find(([prefix]) => file.startsWith(prefix))?.[1] ?? [];
  return [...new Set([...attackFiles(name), ...near.flatMap(testFilesUnder)])];
}

/** Where an attack is stopped by this decision. */
function attackFiles(name: string): readonly string[] {
  return attackRules.flatMap((rule) => ('flip' in rule.by && rule.by.flip === name ? [rule.file] : []));
}

function testFilesUnder(path: string): readonly string[] {
  return filesUnder(path).filter((file) => file.endsWith('.test.ts'));
}

function report(): void {
  const width = Math.max(...chosen.map(({ name }) => name.length));
  say(`\n${'decision'.padEnd(width)}  rule           caught by`);
  for (const { mutant, found } of rows.toSorted((a, b) => chosen.indexOf(a.mutant) - chosen.indexOf(b.mutant)))
    say(`${mutant.name.padEnd(width)}  ${mutant.rule.padEnd(14)} ${worded(found)}`);
  const count = (kind: Found['kind']): number => rows.filter(({ found }) => found.kind === kind).length;
  const minutes = Math.round((Date.now() - beganMs) / 60_000);
  say(
    `\n${rows.length} turned round in ${minutes} min: ${count('caught')} caught, ${count('survived')} not, ${count('not-judged')} not judged`,
  );
  process.exitCode = count('caught') === rows.length ? 0 : 1;
}

function worded(found: Found): string {
  if (found.kind === 'caught') return found.by;
  return found.kind === 'survived' ? 'NOTHING' : `NOT JUDGED: ${found.why}`;
}

function readAsked(args: readonly string[]) {
  const valueOf = (name: string): string | undefined =>
    args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
  const [share = 1, shares = 1] = (valueOf('--share') ?? '1/1').split('/').map(Number);
  const workers = Number(valueOf('--workers') ?? availableParallelism());
  const parts = args.filter((arg, i) => !arg.startsWith('--') && !/^--(share|workers)$/.test(args[i - 1] ?? ''));
  return { parts, share, shares, workers, resume: args.includes('--resume') };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
