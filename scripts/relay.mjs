/** `npm run relay`: a relay alone. */
import { prepare, runMain } from './prepare.mjs';

prepare();
runMain('src/node/relay.ts', process.argv.slice(2));
