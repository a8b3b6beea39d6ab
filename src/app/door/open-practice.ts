/** From an unlocked vault to a session: everything that is read once at the start, in the order in which it is needed. */
import { err, ok, type Result } from '../../base/result.ts';
import type { Bytes } from '../../base/bytes.ts';
import type { ChartId, OpId } from '../../base/ids.ts';
import { StoreContent } from '../../net/store-content.ts';
import type { Store } from '../../store/store.ts';
import type { UnlockedHow } from '../audit/audit-acts.ts';
import { AuditJournal } from '../audit/audit-journal.ts';
import { ChartIndex } from '../patients/chart-index.ts';
import { CharterBook } from '../charters/charter-book.ts';
import { DeviceNames } from '../device-names.ts';
import { selfFromJson, selfKey } from '../device-self.ts';
import { Diagnostics } from '../diagnostics.ts';
import { PeopleHere } from '../people/people-here.ts';
import { failedUnlocks } from './failed-unlocks.ts';
import { firstVault, vaultPrefix } from '../people/people-vaults.ts';
import type { Ports } from '../ports.ts';
import { PracticeContext } from '../practice-context.ts';
import { PracticeSession } from '../practice-session.ts';
import { RosterBook } from '../../replica/roster-book.ts';
import { SealedRecords } from '../sealed-records.ts';
import { Turns } from '../turns.ts';
import type { UnlockFailure } from './door-acts.ts';
import { newSettings, settingsFromJson, settingsKey } from '../settings.ts';

/** The session owns the store, the vault key and the writer lock from now on; it gives them back at locking. */
export async function openPractice(
  ports: Ports,
  disk: Store,
  vaultKey: Bytes,
  release: () => void,
  vault = firstVault,
  how: UnlockedHow = 'passphrase',
): Promise<Result<PracticeSession, UnlockFailure>> {
  const people = await PeopleHere.open(disk, vault);
  const store = people.marking(disk, (device) => rosters.hasLost(device));
  // Ten thousand records are opened at the start; the door goes on answering meanwhile.
  const turns = new Turns(ports);
  const records = new SealedRecords(store, vaultKey, ports.random, vaultPrefix(vault), turns);
  const self = await records.read(selfKey, selfFromJson);
  if (self === undefined) return err('damaged');
  const rosters = await RosterBook.open(store);
  if (rosters.get(self.practice) === undefined) return err('damaged');
  const names = new DeviceNames(rosters);
  names.setContactKey(self.practice, self.contactKey);
  const { content, damaged } = await StoreContent.open(store);
  const reader = { practice: self.practice, recipient: self.device, boxKeys: self.box } as const;
  const heldHere = (chart: ChartId): readonly OpId[] => people.marks.get(chart).ops;
  const charters = new CharterBook({ store, content, records, rosters, reader, heldHere });
  const index = await ChartIndex.open(records, turns);
  // Who was met, and what a removal does there, is asked at any time.
  charters.hold(self.book);
  // What a colleague at this desk took in or ended is on the disk, and not in this vault's terms.
  // Volumes of the audit log are in no list: after a restore they are known by what they hold.
  const known = new Set([...index.all.map(({ id }) => id), self.book, ...content.charts()]);
  await charters.start(known, await people.stale(store));
  const context = new PracticeContext({
    ports,
    store,
    content,
    self,
    records,
    people,
    rosters,
    names,
    charters,
    index,
    diagnostics: new Diagnostics(ports.clock),
    journal: await AuditJournal.open(records, ports.clock),
  });
  for (const { store: where, why } of damaged) context.diagnostics.count(`record in ${where}`, why);
  const settings = (await records.read(settingsKey, settingsFromJson)) ?? newSettings(ports, false);
  const failed = await failedUnlocks(store, vault);
  return ok(await PracticeSession.open(context, { settings, vaultKey, release, how, failed }));
}
