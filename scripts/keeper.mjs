/** `npm run keeper`: an always-on device of a practice that holds sealed copies and relays. */
import { prepare, runMain } from './prepare.mjs';

prepare();
runMain('src/node/keeper.ts', process.argv.slice(2));
