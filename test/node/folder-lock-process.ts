/** A process that takes a folder and keeps it until it is killed. */
import { writeSync } from 'node:fs';
import { lockFolder } from '../../src/node/folder-lock.ts';

if ((await lockFolder(process.argv[2] ?? '')) !== undefined) writeSync(1, 'locked\n');
setInterval(() => undefined, 1_000);
