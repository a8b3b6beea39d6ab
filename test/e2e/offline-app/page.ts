/** A page that does nothing but load in two files and watch for updates; tests build it in several versions. */
import { watchForUpdate } from '../../../src/ui/app-update.ts';

declare const VERSION: string;

const updates = watchForUpdate(() => {
  document.body.dataset.update = 'waits';
});
document.addEventListener('apply-update', () => updates.apply());
document.body.dataset.version = VERSION;
void updates.offline.then((offline) => {
  document.body.dataset.offline = offline;
});
void import('./later.ts').then(({ loadedLater }) => {
  document.body.dataset.later = String(loadedLater);
});
