/**
 * Another person at this workstation: a device of its own with a vault of its own in the same browser (ID-3, ID-6). The admin
 * at work hands over what a new device cannot open by itself, the keys of every chart, under the new vault key. Everything is
 * made first and kept in one commit: a crash leaves no new person, or a whole one.
 */
import { deviceId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { initialsOf } from '../../base/sign-in-name.ts';
import { sealDeviceLabel } from '../../access/labels.ts';
import { maxRank } from '../../access/limits.ts';
import { addDevice } from '../../access/roster-builders.ts';
import { generateBoxKeys } from '../../crypto/box.ts';
import { generateSignKeys } from '../../crypto/sign.ts';
import { wipe } from '../../crypto/wipe.ts';
import { keysRecordOf } from '../charters/charter-book.ts';
import { indexRecordOf } from '../patients/chart-index.ts';
import type { DeviceSelf } from '../device-self.ts';
import { everyChart } from '../charts/every-chart.ts';
import type { NewPersonHere } from './people-acts.ts';
import { mayManage, type OwnRoster } from './people-roster.ts';
import { newVault, newVaultName, type KeptPerson } from './people-vaults.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { SealedRecords, SealedWrite } from '../sealed-records.ts';
import type { Settings, WriteFailure } from '../session.ts';

/** Between pauses, so that the page goes on painting. */
const chartsAtOnce = 25;

/** Inside the queue only: what is written meanwhile would be missing in the new vault. */
export async function addPersonHere(
  context: PracticeContext,
  roster: OwnRoster,
  settings: Settings,
  person: NewPersonHere,
  progress: (done: number, total: number) => void,
): Promise<Result<void, WriteFailure | 'name-taken'>> {
  const { ports, self, people, store } = context;
  if (!mayManage(context) || person.passphrase === '') return err('not-allowed');
  const listed = listedWithSelf(context);
  const wanted = person.signInName.trim().toLowerCase();
  if (listed.some(({ signInName }) => signInName.trim().toLowerCase() === wanted)) return err('name-taken');
  const joined = await roster.withJoinedHeads();
  if (!joined.ok) return joined;

  const { random } = ports;
  const sign = generateSignKeys(random);
  const box = generateBoxKeys(random);
  const { personName, role, deviceName = self.deviceName } = person;
  const label = sealDeviceLabel(self.contactKey, { deviceName, personName, profession: role }, random);
  const profile = { signKeys: sign, boxKey: box.publicKey, role, rank: juniorRank(context), label };
  const added = await addDevice(roster.state, self.sign, profile, context.timeMs());
  if (!added.ok) return err('not-allowed');

  const device = deviceId(sign.publicKey);
  const theirs: DeviceSelf = { ...self, device, sign, box, personName, role, deviceName };
  const vault = newVaultName(random);
  const made = await newVault(ports, store, { vault, self: theirs, settings, passphrase: person.passphrase });
  const handed = await chartRecords(context, made.records, progress);
  const unread = await people.marksFor(vault, store);
  const everyone = [...listed, { vault, signInName: person.signInName.trim(), device }];
  const kept = await roster.keep([added.value], [...made.writes, ...handed, ...unread, people.write(everyone)]);
  wipe(sign.seed, box.secretKey, made.vaultKey);
  made.records.wipe();
  if (kept.ok) people.put(everyone);
  return kept.ok ? ok(undefined) : kept;
}

/** Below whoever adds it: in a dispute about removals the senior is heard first (OP-5). */
export function juniorRank({ rosters, self }: Pick<PracticeContext, 'rosters' | 'self'>): number {
  const own = rosters.mustGet(self.practice).devices.get(self.device);
  return Math.min((own?.rank ?? maxRank) + 1, maxRank);
}

/** A profile of before people had names at the door gets one for whoever was alone in it. */
function listedWithSelf({ people, self }: PracticeContext): readonly KeptPerson[] {
  const { device, personName } = self;
  return people.all.map((person) =>
    person.vault !== people.vault
      ? person
      : { ...person, device, signInName: person.signInName === '' ? initialsOf(personName) : person.signInName },
  );
}

async function chartRecords(
  context: PracticeContext,
  records: SealedRecords,
  progress: (done: number, total: number) => void,
): Promise<readonly SealedWrite[]> {
  const { charters, index, ports } = context;
  const writes: SealedWrite[] = [];
  const charts = await everyChart(context);
  for (const [done, chart] of charts.entries()) {
    const access = await charters.get(chart);
    if (access !== undefined) writes.push(keysRecordOf(records, chart, access.keys));
    const indexed = index.get(chart);
    if (indexed !== undefined) writes.push(indexRecordOf(records, indexed));
    if (done % chartsAtOnce === 0) {
      progress(done, charts.length);
      await ports.pause();
    }
  }
  progress(charts.length, charts.length);
  return writes;
}
