/** The screens over the demo session: `npx vite --config test/support/demo/vite.config.ts`. `?many` adds 10,000 patients. */
import '../../../src/ui/shell/tokens.css';
import '../../../src/ui/shell/app-frame.ts';
import { registerIcons } from '../../../src/ui/shell/icons.ts';
import { applyTheme, startTheme } from '../../../src/ui/shell/theme.ts';
import { DemoSession } from '../demo-session.ts';

registerIcons();
startTheme();
const options = new URLSearchParams(location.search);
const session = new DemoSession();
const theme = options.get('theme');
if (theme === 'dark' || theme === 'light') {
  session.settings = { ...session.settings, theme };
  applyTheme(theme);
}
const files = (await (await fetch('/demo-data/index.json')).json()) as readonly string[];
const wanted = Number(options.get('charts') ?? '8');
for (const file of files.slice(0, wanted)) {
  await session.add(await (await fetch(`/demo-data/${encodeURIComponent(file)}`)).text());
}
if (options.has('many')) session.addMany(10_000);
const frame = document.createElement('peerchart-app');
frame.session = session;
document.body.append(frame);
Object.assign(globalThis, { demoSession: session });
