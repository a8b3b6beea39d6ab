/**
 * Where the application is put together. Paints the frame first; the practice's data, Automerge and the network come
 * after it, by app/browser.ts, so that a slow computer shows the door at once. Holds no logic of its own.
 */
import './shell/tokens.css';
import { watchForUpdate } from './app-update.ts';
import './shell/app-frame.ts';
import { registerIcons } from './shell/icons.ts';
import './shell/insecure-page.ts';
import { startTheme } from './shell/theme.ts';

registerIcons();
startTheme();

const frame = document.querySelector('peerchart-app');
if (frame === null) throw new Error('the page has a peerchart-app');

/** Without a secure context the browser gives no keys and no storage that lasts: nothing is started at all. */
if (isSecureContext) {
  frame.openDoor = async () => (await import('../app/browser.ts')).openDoor();
  if (import.meta.env.PROD) {
    const updates = watchForUpdate(() => (frame.updateReady = () => updates.apply()));
  }
} else {
  frame.replaceWith(document.createElement('pc-insecure-page'));
}
