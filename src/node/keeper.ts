/** Main of `npm run keeper`: an always-on device of a practice that holds what it cannot read, and relays. */
import './node-20.ts';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.ts';
import { canListen } from './free-port.ts';
import { checkKeeper } from './keeper-check.ts';
import { keeperUsage, readKeeperOptions } from './keeper-options.ts';
import { runKeeper } from './keeper-running.ts';
import { runMain, UsageError } from './main.ts';

const ownerOnly = 0o700;

await runMain(keeperUsage, async () => {
  const { task, ...options } = readKeeperOptions(process.argv.slice(2));
  if (task === 'help') {
    console.log(keeperUsage);
    process.exit(0);
  }
  const { dataFolder, host, port } = options;
  await mkdir(dataFolder, { recursive: true, mode: ownerOnly });
  const unlock = await lockFolder(dataFolder);
  if (unlock === undefined)
    throw new UsageError(
      `A keeper runs already with ${dataFolder}. Stop it first, or choose another folder with --data.`,
    );
  if (task === 'check') {
    const { lines, isWhole } = await checkKeeper(join(dataFolder, 'store'));
    for (const line of lines) console.log(line);
    await unlock();
    process.exit(isWhole ? 0 : 1);
  }
  // Said before anything is opened: libp2p wraps the reason.
  if (port !== 0) await canListen(host, port);
  const running = await runKeeper(
    options,
    (text) => {
      console.log(text);
    },
    (text) => {
      console.error(text);
      process.exit(1);
    },
  );
  return async () => {
    await running.stop();
    await unlock();
    console.log('Stopped.');
  };
});
