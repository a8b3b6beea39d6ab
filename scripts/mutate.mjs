/** `npm run mutate`: does anything notice when a decision of the program is turned round? See test/sim/mutate.ts. */
import { prepare, runMain } from './prepare.mjs';

prepare();
runMain('test/sim/mutate.ts', process.argv.slice(2));
