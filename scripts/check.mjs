/**
 * `npm run check`: all that is asked of the code without running it, two at a time; the linter takes as long as the others together. What
 * a check says is shown when it ends, in one piece.
 */
import { spawn } from 'node:child_process';
import { root } from './prepare.mjs';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const lanes = [['lint'], ['format:check', 'types', 'boundaries', 'unused']];

/** True when it passed. */
function passes(name) {
  return new Promise((resolve) => {
    const child = spawn(npm, ['run', name], { cwd: root, shell: process.platform === 'win32' });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

const failed = [];
await Promise.all(
  lanes.map(async (names) => {
    for (const name of names) if (!(await passes(name))) failed.push(name);
  }),
);
console.log(failed.length === 0 ? '\nEvery check passed.' : `\nFailed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
