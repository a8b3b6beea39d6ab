/** `npm run host`: the app over https and its relay on one port, for others. docs/hosting.md has the steps. */
import { buildAndServe } from './prepare.mjs';

buildAndServe(['--https', ...process.argv.slice(2)]);
