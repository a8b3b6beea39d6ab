/** `npm run bench`: measures in a real browser; see bench/main.ts for what and how. */
import { prepare, prepareChromium, runMain } from './prepare.mjs';

prepare();
process.env.CHROME_PATH = prepareChromium();
runMain('bench/main.ts', process.argv.slice(2));
