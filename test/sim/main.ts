/**
 * `npm run sim -- --seeds 5000 [--from 1] [--workers 1]` · `npm run sim -- --seed 17` · `npm run sim -- --wan 1 [--delay 200] [--loss 2]`. Loads the simulation through vite, so that
 * PEERCHART_FLIP works here as in tests; many seeds are shared out to a process for each core.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { flip, root } from '../../scripts/mutants.ts';
import type { Asked, simulate } from './cli.ts';
import type { afterAWeek as AfterAWeek } from './wan.ts';
import { missingFromAll, sumOf, tableOf, type Tally } from './tally.ts';

const args = new Map<string, number>();
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i] ?? '';
  if (name.startsWith('--')) args.set(name.slice(2), Number(process.argv[i + 1] ?? 1));
}
const seed = args.get('seed');
const from = args.get('from') ?? 1;
const to = from - 1 + (args.get('seeds') ?? 200);
const step = args.get('step');

if (args.has('wan')) process.exitCode = await longLine();
else if (seed !== undefined) process.exitCode = await work({ seed, from, to, step: 1, onlyToSee: false });
else if (step !== undefined) process.exitCode = await work({ from, to, step, onlyToSee: args.has('only-to-see') });
else process.exitCode = await shareOut(args.get('workers') ?? availableParallelism());

/** Times that are modelled, not measured: virtual milliseconds over a line between two towns. */
async function longLine(): Promise<number> {
  return loading('/test/sim/wan.ts', async (loaded) => {
    const { afterAWeek } = loaded as { readonly afterAWeek: typeof AfterAWeek };
    const line = { delayMs: args.get('delay') ?? 200, loss: args.get('loss') ?? 2, bytesPerMs: 1_250 };
    say(JSON.stringify({ figure: 'reconnect after a week, modelled', ...line, ...(await afterAWeek(line)) }));
    return 0;
  });
}

async function work(asked: Asked): Promise<number> {
  return loading('/test/sim/cli.ts', async (loaded) => {
    const { simulate: run } = loaded as { readonly simulate: typeof simulate };
    const { good, sum } = await run(asked, say);
    process.send?.(sum);
    return good ? 0 : 1;
  });
}

async function loading(file: string, act: (loaded: unknown) => Promise<number>): Promise<number> {
  const server = await createServer({
    root,
    configFile: false,
    plugins: flip(),
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, watch: null, hmr: false },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    return await act(await server.ssrLoadModule(file));
  } finally {
    await server.close();
  }
}

/** Every worker takes every so-many-th seed. */
async function shareOut(workers: number): Promise<number> {
  const beganMs = Date.now();
  const sums: Tally[] = [];
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, i) => {
      const options = ['--from', from + i, '--seeds', to - from - i + 1, '--step', workers].map(String);
      const main = fileURLToPath(import.meta.url);
      const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const;
      const worker = spawn(process.execPath, ['--import', 'tsx', main, ...options], { stdio: [...stdio], cwd: root });
      worker.on('message', (sum) => sums.push(sum as Tally));
      return new Promise<number>((resolve) => worker.on('exit', (code) => resolve(code ?? 1)));
    }),
  );
  const sum = sumOf(sums);
  const missing = missingFromAll(sum);
  for (const line of tableOf(sum)) say(line);
  if (missing.length > 0) say(`REAL: ${missing.join(', ')}`);
  const good = codes.every((code) => code === 0) && missing.length === 0;
  const seconds = Math.round((Date.now() - beganMs) / 1000);
  say(`${to - from + 1} seeds in ${seconds} s: ${good ? 'every invariant held' : 'see above'}`);
  return good ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
