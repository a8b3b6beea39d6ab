/** `npm run demo`: three connected practices with made-up patients on this machine, to look at the product in two minutes. */
import { buildDemo, prepare, runMain } from './prepare.mjs';

prepare();
buildDemo();
runMain('src/demo/main.ts', process.argv.slice(2));
