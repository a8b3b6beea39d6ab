/**
 * Main that goes before building: ends with a sentence when `npm start` or `npm run host` could not serve with this command line,
 * because an option is wrong, a certificate is missing or the port is taken. Else it ends quietly.
 */
import './node-20.ts';
import { canListen, onFirstFreePort } from './free-port.ts';
import { runMain } from './main.ts';
import { readServeOptions, serveUsage } from './serve-options.ts';

const args = process.argv.slice(2);

await runMain(serveUsage(args), async () => {
  const { host, ports } = await readServeOptions(args);
  await onFirstFreePort(ports, (port) => canListen(host, port));
  return () => Promise.resolve();
});
