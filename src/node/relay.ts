/** Main of `npm run relay`: a relay alone, to stand behind a proxy that speaks TLS, or on a private network. */
import './node-20.ts';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startRelay } from '../net/libp2p-relay.ts';
import { readOrMakeSeed } from './key-file.ts';
import { runMain } from './main.ts';

const usage = `Usage
  npm run relay -- [--port 4174] [--listen 127.0.0.1] [--announce MULTIADDR]... [--data FOLDER]
`;
const countsEveryMs = 60_000;

await runMain(usage, async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4174' },
      listen: { type: 'string', default: '127.0.0.1' },
      announce: { type: 'string', multiple: true, default: [] },
      data: { type: 'string', default: '.peerchart' },
    },
  });
  const relay = await startRelay({
    seed: await readOrMakeSeed(resolve(values.data, 'relay-key')),
    host: values.listen,
    port: Number(values.port),
    announce: values.announce,
  });
  for (const address of relay.addresses) console.log(address);

  let last = '';
  const timer = setInterval(() => {
    const { devices, reservations } = relay.counts();
    const line = `devices ${devices}, reachable through this relay ${reservations}`;
    if (line !== last) console.log(line);
    last = line;
  }, countsEveryMs);
  return async () => {
    clearInterval(timer);
    await relay.stop();
  };
});
