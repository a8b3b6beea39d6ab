/**
 * What every command of package.json does first: checks Node and npm, installs the dependencies when they are missing or
 * older than the lock file, builds the app, finds a Chromium. Plain JavaScript on Node's own modules, because nothing
 * else is there yet on a fresh machine. Whatever is missing is said in one sentence with what to do.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const leastNode = [20, 19];
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
/** Written by npm at the end of each install. */
const installedMark = join(root, 'node_modules', '.package-lock.json');

/** Ends the process with a sentence for the person at the terminal. */
export function giveUp(sentence) {
  console.error(`\n${sentence}\n`);
  process.exit(1);
}

/** Runs to the end; output is held back and shown only when it fails. */
function runQuietly(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  if (done.status === 0) return true;
  process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}\n`);
  return false;
}

function has(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;
}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
    giveUp(
      `Peerchart needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}. Get it from nodejs.org.`,
    );
  }
}

/**
 * `npm install` and not `npm ci`: npm 11 leaves packages of other platforms out of a lock file that was written on this
 * one, and `npm ci` then refuses the file. Versions are exact in package.json and pinned by the lock file either way.
 */
export function installDependencies() {
  if (existsSync(installedMark)) {
    const installed = statSync(installedMark).mtimeMs;
    if (['package.json', 'package-lock.json'].every((name) => statSync(join(root, name)).mtimeMs <= installed)) return;
  }
  if (!has(npm))
    giveUp('npm is missing. It comes with Node: install Node from nodejs.org, or the package "npm" of your system.');
  console.log('Installing dependencies …');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!runQuietly(npm, args, { shell: process.platform === 'win32' })) {
    giveUp('npm could not install the dependencies (see above). With a working network, run: npm install');
  }
  // npm leaves the mark alone when it found nothing to do, and every command would ask it again.
  utimesSync(installedMark, new Date(), new Date());
}

/** The built app in dist/. A build takes seconds, and a stale one would puzzle everybody: so always anew. */
export function buildApp() {
  build([]);
}

/** The demonstration's page in dist-demo/. */
export function buildDemo() {
  build(['--config', 'vite.demo.config.ts']);
}

function build(config) {
  console.log('Building the app …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!runQuietly(process.execPath, [vite, 'build', '--logLevel', 'warn', ...config]))
    giveUp('The app could not be built (see above).');
}

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const chromiumPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function findChromium() {
  const asked = process.env.CHROME_PATH;
  if (asked !== undefined && asked !== '') {
    return existsSync(asked) ? asked : giveUp(`CHROME_PATH is ${asked}, and there is no such file.`);
  }
  const folders = (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':');
  const named = folders.flatMap((folder) => chromiumNames.map((name) => join(folder, name)));
  return [...named, ...chromiumPaths].find((path) => existsSync(path));
}

/** Debian and its kin; read from the system itself. */
function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** The path of a Chromium for the browser tests, installed first where that is possible. */
export function prepareChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const install = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core';
  if (isDebian() && process.getuid?.() === 0) {
    console.log('Installing Chromium for the browser tests …');
    runQuietly('sh', ['-c', install], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  return giveUp(
    isDebian()
      ? `The browser tests need Chromium. Run: sudo sh -c '${install}'`
      : 'The browser tests need Chromium or Chrome. Install one, or set CHROME_PATH to its program.',
  );
}

export function prepare() {
  checkNode();
  installDependencies();
}

const runTypeScript = ['--import', 'tsx'];

/** Runs a TypeScript main of src/node to its end before anything slow begins; when it fails, so does the command. */
function runFirst(main, args) {
  const done = spawnSync(process.execPath, [...runTypeScript, join(root, main), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** Runs a TypeScript main of src/node until it ends, and ends with its code. Ctrl+C reaches it directly. */
export function runMain(main, args) {
  const child = spawn(process.execPath, [...runTypeScript, join(root, main), ...args], { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 0));
}

/** From a fresh checkout to a served app: what would keep it from being served is said before it is built. */
export function buildAndServe(args) {
  prepare();
  runFirst('src/node/check-serve.ts', args);
  buildApp();
  runMain('src/node/serve.ts', args);
}
