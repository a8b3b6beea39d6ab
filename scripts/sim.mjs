/**
 * `npm run sim -- --seeds 5000`: the simulated world of test/sim, as long as one likes. `npm run sim -- --seed 17`: one seed, with
 * everything that happens. What fails is shrunk and kept in test/sim/corpus/, which the checks run first.
 */
import { prepare, runMain } from './prepare.mjs';

prepare();
runMain('test/sim/main.ts', process.argv.slice(2));
