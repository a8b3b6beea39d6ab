/**
 * `npm test`: prepares what the tests need and runs them all, those in real browsers included. With arguments, only the
 * projects (`unit`, `e2e`) and files named: `npm test -- unit`, `npm test -- test/crypto`. Ends with one line that counts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp, prepare, prepareChromium, root } from './prepare.mjs';

const projectNames = ['unit', 'e2e'];

const asked = process.argv.slice(2);
const projects = asked.filter((argument) => projectNames.includes(argument));
const rest = asked.filter((argument) => !projectNames.includes(argument));

prepare();
const env = { ...process.env };
if (projects.length === 0 || projects.includes('e2e')) {
  env.CHROME_PATH = prepareChromium();
}
buildApp();

const folder = mkdtempSync(join(tmpdir(), 'peerchart-test-'));
const report = join(folder, 'report.json');
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...projects.flatMap((name) => ['--project', name]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...rest,
  ],
  { cwd: root, env, stdio: 'inherit' },
);

const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
// An error outside of any test (a promise nobody waited for, a file that broke the run) is a failure all the same.
if (run.status !== 0 && counts.failed === 0) counts.failed = 1;
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** A file that could not even be loaded counts as one failure. */
function readCounts() {
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const notLoaded = result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + notLoaded.length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
