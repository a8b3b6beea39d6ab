/**
 * Light, dark or as the system has it. The choice is kept outside the sealed settings too, because the locked door is
 * painted before anything can be opened; it is the one thing the screens store themselves.
 */
import type { Settings } from '../../app/session.ts';

type Theme = Settings['theme'];
const storedAs = 'peerchart.theme';

function isTheme(text: string | null): text is Theme {
  return text === 'system' || text === 'light' || text === 'dark';
}

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
/** Paper is white: what is printed is light, whatever the screen is. */
const onPaper = matchMedia('print');
let chosen: Theme = 'system';

/** Before the first paint, and again whenever the system changes its mind. */
export function startTheme(): void {
  const kept = localStorage.getItem(storedAs);
  chosen = isTheme(kept) ? kept : 'system';
  for (const media of [systemIsDark, onPaper]) media.addEventListener('change', paint);
  paint();
}

export function applyTheme(theme: Theme): void {
  if (theme === chosen) return;
  chosen = theme;
  localStorage.setItem(storedAs, theme);
  paint();
}

function paint(): void {
  const dark = !onPaper.matches && (chosen === 'dark' || (chosen === 'system' && systemIsDark.matches));
  document.documentElement.classList.toggle('wa-dark', dark);
  document.documentElement.classList.toggle('wa-light', !dark);
}
