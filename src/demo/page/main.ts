/**
 * The demonstration's page: the product's own frame over a practice that the first visit brings back from a backup, as a new device of
 * it. Its database is named after this start of the demonstration, and those of earlier starts are removed, so that it never meets a
 * practice's own storage, wherever it is served.
 */
import '../../ui/shell/tokens.css';
import './demo.css';
import '../../ui/shell/app-frame.ts';
import { registerIcons } from '../../ui/shell/icons.ts';
import { startTheme } from '../../ui/shell/theme.ts';
import type { Door } from '../../app/door/door-acts.ts';
import type { Session } from '../../app/session.ts';
import { backupPath, offerPath, type DemoOffer } from '../offer.ts';

const databasePrefix = 'peerchart-demonstration-';

// Nothing of a demonstration is to be kept: what the browser would promise is no news here.
navigator.storage.persisted = () => Promise.resolve(true);
registerIcons();
startTheme();
const what = document.querySelector('.what');
const bar = document.querySelector('progress');

try {
  await begin();
} catch (error) {
  tell('The demonstration could not be opened. Is it still running? Reload the page to try again.');
  bar?.remove();
  throw error;
}

async function begin(): Promise<void> {
  const response = await fetch(offerPath, { cache: 'no-store' });
  if (!response.ok) throw new Error(`no offer: ${response.status}`);
  const offer = (await response.json()) as DemoOffer;
  const passphrase = document.querySelector('.passphrase');
  if (passphrase !== null) passphrase.textContent = `Passphrase: ${offer.passphrase}`;
  const database = databasePrefix + offer.run;
  await removeEarlier(database);
  const { openDoor } = await import('../../app/browser.ts');
  const door = await openDoor(database);
  const session = door.state === 'empty' ? await restored(door, offer) : undefined;
  document.querySelector('.preparing')?.remove();
  const frame = document.createElement('peerchart-app');
  frame.openDoor = () => openDoor(database);
  document.body.append(frame);
  if (session !== undefined)
    frame.dispatchEvent(new CustomEvent('pc-opened', { detail: { session, vault: undefined } }));
}

async function restored(door: Door, offer: DemoOffer): Promise<Session> {
  tell(`Bringing ${offer.practiceName} to this browser …`);
  const backup = await (await fetch(backupPath)).blob();
  const { recoveryPhrase, passphrase } = offer;
  const opened = await door.restore(backup, recoveryPhrase, passphrase, 'This browser', show);
  if (!opened.ok) throw new Error(`not restored: ${opened.reason}`);
  const session = opened.value;
  for (const person of offer.people) {
    tell(`Making room for ${person.personName} …`);
    const added = await session.people.addPersonHere({ ...person, passphrase }, show);
    if (!added.ok) throw new Error(`not added: ${added.reason}`);
  }
  // It is no old backup: it was made a moment ago, for this page.
  for (const { id, kind } of session.notices) if (kind === 'restored-older-backup') await session.dismissNotice(id);
  return session;
}

function tell(words: string): void {
  if (what !== null) what.textContent = words;
}

function show(done: number, total: number): void {
  if (bar === null) return;
  bar.max = Math.max(1, total);
  bar.value = done;
}

/** A browser that cannot list its databases keeps them: they are named apart all the same. */
async function removeEarlier(current: string): Promise<void> {
  const known = 'databases' in indexedDB ? await indexedDB.databases() : [];
  for (const { name } of known)
    if (name !== undefined && name.startsWith(databasePrefix) && name !== current) indexedDB.deleteDatabase(name);
}
