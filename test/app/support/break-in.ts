/**
 * Someone at a practice's own machine with its passphrase and the product's own code, but no duty to obey it: opens the
 * disk beside the session and takes everything that lies there, keys included.
 */
import { StoreContent } from '../../../src/net/store-content.ts';
import type { ChartId } from '../../../src/base/ids.ts';
import { AuditJournal } from '../../../src/app/audit/audit-journal.ts';
import { ChartIndex } from '../../../src/app/patients/chart-index.ts';
import { CharterBook, type ChartAccess } from '../../../src/app/charters/charter-book.ts';
import { DeviceNames } from '../../../src/app/device-names.ts';
import { selfFromJson, selfKey } from '../../../src/app/device-self.ts';
import { Diagnostics } from '../../../src/app/diagnostics.ts';
import { PracticeContext } from '../../../src/app/practice-context.ts';
import { PeopleHere } from '../../../src/app/people/people-here.ts';
import { firstVault, lockboxKeyOf, vaultPrefix } from '../../../src/app/people/people-vaults.ts';
import { RosterBook } from '../../../src/replica/roster-book.ts';
import { SealedRecords } from '../../../src/app/sealed-records.ts';
import { openLockboxWithPassphrase } from '../../../src/crypto/lockbox.ts';
import { mustBeOk, type World } from './world.ts';

/** `vault`: of another person at the same workstation. */
export async function breakIn(
  world: Pick<World, 'ports'>,
  profile: string,
  passphrase: string,
  vault = firstVault,
): Promise<PracticeContext> {
  const ports = world.ports(profile);
  const store = mustBeOk(await ports.openStore(() => undefined));
  const lockbox = await store.sealed(lockboxKeyOf(vault));
  if (lockbox === undefined) throw new Error('a practice keeps its keys in a lockbox');
  const vaultKey = mustBeOk(await openLockboxWithPassphrase(lockbox, passphrase));
  const records = new SealedRecords(store, vaultKey, ports.random, vaultPrefix(vault));
  const self = await records.read(selfKey, selfFromJson);
  if (self === undefined) throw new Error('the vault holds the keys of the device');
  const rosters = await RosterBook.open(store);
  const reader = { practice: self.practice, recipient: self.device, boxKeys: self.box } as const;
  const { content } = await StoreContent.open(store);
  const index = await ChartIndex.open(records);
  const charters = new CharterBook({ store, content, records, rosters, reader });
  await charters.start([...index.all.map(({ id }) => id), self.book]);
  return new PracticeContext({
    ports,
    store,
    content,
    self,
    records,
    people: await PeopleHere.open(store, vault),
    rosters,
    names: new DeviceNames(rosters),
    charters,
    index,
    diagnostics: new Diagnostics(ports.clock),
    journal: await AuditJournal.open(records, ports.clock),
  });
}

/** The chart as that machine knows it, with every key of it that lies there or can be unwrapped there. */
export async function accessOf({ charters }: PracticeContext, chart: ChartId): Promise<ChartAccess> {
  const access = await charters.get(chart);
  if (access === undefined) throw new Error('the machine has the charter');
  return access;
}
