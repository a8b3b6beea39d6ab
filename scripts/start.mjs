/** `npm start`: from a fresh checkout to the app in a browser on this machine, with a relay beside it. */
import { prepare, buildApp, runMain } from './prepare.mjs';

prepare();
buildApp();
runMain('src/node/serve.ts', process.argv.slice(2));
