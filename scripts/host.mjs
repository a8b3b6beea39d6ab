/** `npm run host`: the app over https and its relay on one port, for others. docs/hosting.md has the steps. */
import { prepare, buildApp, runMain } from './prepare.mjs';

prepare();
buildApp();
runMain('src/node/serve.ts', ['--https', ...process.argv.slice(2)]);
