/**
 * The screens over the demo session: `npx vite --config test/support/demo/vite.config.ts`. `?many` adds 10,000 patients,
 * `?door=empty` and `?door=locked` show what stands before a practice (`&several`: for two people), `?sharing=off` keeps to own
 * charts; `?asks`: a device asks to join, `?removed`: this device was removed, `?arriving`: it has just joined, `?nurse`: no administrator;
 * `?work`: results, an alert and tasks wait; `?endless`: what is imported is written until somebody cancels.
 */
import '../../../src/ui/shell/tokens.css';
import '../../../src/ui/shell/app-frame.ts';
import { registerIcons } from '../../../src/ui/shell/icons.ts';
import { applyTheme, startTheme } from '../../../src/ui/shell/theme.ts';
import { DemoDoor, demoPeopleHere } from '../demo-door.ts';
import { demoRequest } from '../demo-people.ts';
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
if (options.get('sharing') === 'off') session.settings = { ...session.settings, sharing: false };
if (options.has('asks')) session.people.requests = [demoRequest];
if (options.has('removed')) Object.assign(session.people, { standing: 'removed', mayManage: false });
if (options.has('arriving')) session.people.arriving = { done: 120, total: 214 };
if (options.has('nurse')) session.people.mayManage = false;
if (options.has('endless')) session.writesEndlessly = true;
const files = (await (await fetch('/demo-data/index.json')).json()) as readonly string[];
const wanted = Number(options.get('charts') ?? '8');
for (const file of files.slice(0, wanted)) {
  await session.add(await (await fetch(`/demo-data/${encodeURIComponent(file)}`)).text());
}
if (options.has('work')) {
  const charts = session.charts.map(({ id }) => id);
  session.work.inbox.fill(charts);
  session.work.due.patients = session.charts;
  const now = new Date();
  const two = (number: number): string => String(number).padStart(2, '0');
  const today = `${String(now.getFullYear())}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  for (const [i, chart] of charts.entries())
    await session.work.schedule.book({
      chart,
      start: `${today}T${two(8 + i)}:30`,
      minutes: 20,
      reason: 'Check-up',
      with: 'Dr. Ada Lindqvist',
    });
  const [first] = charts;
  if (first !== undefined)
    await session.work.tasks.add({ text: 'Repeat potassium', chart: first, due: '2026-11-20', owner: 'Iris Blom' });
}
if (options.has('many')) session.addMany(10_000);
const frame = document.createElement('peerchart-app');
const door = options.get('door');
if (door === 'empty' || door === 'locked') {
  const demoDoor = new DemoDoor(door, session, options.has('several') ? demoPeopleHere : undefined);
  frame.openDoor = () => Promise.resolve(demoDoor);
} else {
  frame.session = session;
}
document.body.append(frame);
Object.assign(globalThis, { demoSession: session });
