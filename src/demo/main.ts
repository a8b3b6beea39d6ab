/** Main of `npm run demo`: three practices with made-up patients, and the addresses to look at. */
import '../node/node-20.ts';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { initCrdt } from '../crdt/init.ts';
import { runMain, UsageError } from '../node/main.ts';
import { startDemo } from './server.ts';

const usage = `Usage
  npm run demo -- [--port 4190] [--patients 120] [--seed TEXT]
`;
const portsTried = 20;
const mostPatients = 10_000;
/** The step on the terminal's last line. */
let shown = '';

await runMain(usage, async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4190' },
      patients: { type: 'string', default: '120' },
      seed: { type: 'string', default: 'demo' },
      folder: { type: 'string', default: 'dist-demo' },
    },
  });
  const first = wholeNumber(values.port, 65_535 - portsTried);
  const patients = wholeNumber(values.patients, mostPatients);
  if (patients < 30) throw new UsageError('The demonstration needs at least 30 patients to show something.');
  await initCrdt();
  const demo = await startDemo({
    folder: resolve(values.folder),
    ports: first === 0 ? [0] : Array.from({ length: portsTried }, (_, i) => first + i),
    ...{ seed: values.seed, patients, today: new Date().toISOString().slice(0, 10) },
    told: show,
    reserved: (urls) =>
      console.log(
        `\n  Preparing a demonstration, about half a minute. The pages can be opened already: ${urls.join('  ')}\n`,
      ),
  });
  show('');
  const longest = Math.max(...demo.practices.map(({ name }) => name.length));
  console.log('  A demonstration: every patient is made up. Open one or more of these, each in a tab of its own:\n');
  for (const { name, url } of demo.practices) console.log(`    ${name.padEnd(longest)}  ${url}`);
  console.log(`\n  Passphrase, where one is asked: ${demo.passphrase}`);
  console.log('  Stop it with Ctrl+C; the next start begins anew.\n');
  return demo.close;
});

/** One line a step; at a terminal its end counts along. */
function show(what: string, done?: number, total?: number): void {
  if (done === undefined || total === undefined) {
    if (process.stdout.isTTY && shown !== '') process.stdout.write('\n');
    if (process.stdout.isTTY) process.stdout.write(`  ${what}`);
    else if (what !== '') console.log(`  ${what}`);
    shown = what;
  } else if (process.stdout.isTTY) process.stdout.write(`\r  ${what} ${String(done)} of ${String(total)}`);
}

function wholeNumber(text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > most)
    throw new UsageError(`${text} is no number up to ${most}.`);
  return number;
}
