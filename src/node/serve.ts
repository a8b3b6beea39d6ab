/** Main of `npm start` (http on this machine) and `npm run host` (https for others): reads the command line, serves. */
import './node-20.ts';
import { join } from 'node:path';
import { startAppServer } from './app-server.ts';
import { readOrMakeSeed } from './key-file.ts';
import { runMain } from './main.ts';
import { onFirstFreePort } from './free-port.ts';
import { readServeOptions, serveUsage } from './serve-options.ts';

const args = process.argv.slice(2);

await runMain(serveUsage(args), async () => {
  const { ports, dataFolder, ...options } = await readServeOptions(args);
  const relaySeed = await readOrMakeSeed(join(dataFolder, 'relay-key'));
  const server = await onFirstFreePort(ports, (port) => startAppServer({ ...options, relaySeed, port }));
  console.log(`\n  Peerchart is at ${server.url}`);
  if (options.tls === undefined) console.log('  Stop it with Ctrl+C.\n');
  else console.log(`  Relay: ${server.relay.addresses.join('\n         ')}\n`);
  return server.close;
});
