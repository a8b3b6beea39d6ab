/** `npm start`: from a fresh checkout to the app in a browser on this machine, with a relay beside it. */
import { buildAndServe } from './prepare.mjs';

buildAndServe(process.argv.slice(2));
