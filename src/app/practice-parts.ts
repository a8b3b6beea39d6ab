/**
 * What an open practice is made of, and what each part is given: every part is made here, once, after those it stands on; what
 * one tells another that is made later goes by a closure. Holds no rule, and nothing of its own.
 */
import type { ChartId } from '../base/ids.ts';
import { AuditLog } from './audit/audit-log.ts';
import { ChartDuties } from './charters/chart-duties.ts';
import { CharterChanges } from './charters/charter-changes.ts';
import { CustodyOfCharts } from './charters/custody.ts';
import { Sharing } from './charters/sharing.ts';
import { StoppingEverything } from './charters/stopping-everything.ts';
import { Arrivals } from './charts/arrivals.ts';
import { Attachments } from './charts/attachments.ts';
import { ChartExports } from './charts/chart-files.ts';
import { ChartService } from './charts/chart-service.ts';
import { ChartWriter } from './charts/chart-writer.ts';
import { HiddenHere } from './charts/hidden-here.ts';
import { Review } from './charts/review.ts';
import { Backups } from './door/backup.ts';
import { PracticeExchange } from './exchange/exchange.ts';
import { Invitations } from './joining/invitations.ts';
import { ChartMerges } from './merging/merges.ts';
import { OpenPatients } from './merging/open-patients.ts';
import { Notices } from './notices.ts';
import { Importing } from './patients/importing.ts';
import { PatientRows } from './patients/patient-rows.ts';
import { Contacts } from './peers/contacts.ts';
import { Network } from './peers/network.ts';
import { PeerAgreement } from './peers/peer-agreement.ts';
import { PracticePeers } from './peers/practice-peers.ts';
import { StandingDifferences } from './peers/standing-differences.ts';
import { PracticePeople } from './people/people.ts';
import { CatchingUp } from './people/people-catching-up.ts';
import { ownRole } from './people/people-roster.ts';
import { LastSeen } from './people/people-seen.ts';
import type { PracticeContext } from './practice-context.ts';
import { PracticeNews } from './practice-news.ts';
import { Saving } from './saving.ts';
import type { DeviceSettings } from './settings.ts';
import { StorageStatus } from './storage-status.ts';
import { PracticeBook } from './work/practice-book.ts';
import { openPracticeWork } from './work/practice-work.ts';
import type { PracticeWork } from './work/work-acts.ts';

/** Those that the session talks to. */
export interface PracticeParts {
  // This device.
  readonly context: PracticeContext;
  readonly settings: DeviceSettings;
  readonly saving: Saving;
  readonly storage: StorageStatus;
  readonly notices: Notices;
  readonly backups: Backups;
  readonly audit: AuditLog;

  // Patients and their charts.
  readonly patients: PatientRows;
  readonly opening: OpenPatients;
  readonly merges: ChartMerges;
  readonly charts: ChartService;
  readonly attachments: Attachments;
  readonly importing: Importing;
  readonly exports: ChartExports;
  readonly sharing: Sharing;
  readonly stopping: StoppingEverything;

  // Work beside the charts.
  readonly work: PracticeWork;

  // What comes in, and what is seen to without being asked.
  readonly duties: ChartDuties;
  readonly arrivals: Arrivals;
  readonly catchingUp: CatchingUp;

  // Others.
  readonly invitations: Invitations;
  readonly seen: LastSeen;
  readonly agreement: PeerAgreement;
  readonly peers: PracticePeers;
  readonly people: PracticePeople;
  readonly network: Network;
  readonly exchange: PracticeExchange;
}

/** `changed`: what the screens see may be another by now. */
export async function openParts(
  context: PracticeContext,
  settings: DeviceSettings,
  changed: () => void,
): Promise<PracticeParts> {
  let isWhole = false;
  const chartsWritten = (charts: readonly ChartId[]): void => {
    // Reading the contacts may write one (after a recovery from a peer), before there is anybody to tell.
    if (!isWhole) return;
    for (const chart of charts) network.chartChanged(chart);
    changed();
  };
  const ownRosterChanged = (): void => {
    network.rosterChanged(context.self.practice);
    duties.rosterChanged(audit.volumes);
    standingChanged();
  };
  /** Devices may have come, gone, or got another role: what they and this one may do is asked anew. */
  const standingChanged = (): void => {
    network.standingChanged();
    context.inBackground(people.closeRemoved());
    context.inBackground(context.exclusively(() => charts.repaintOpen()));
    changed();
  };

  // Read from the disk: records of this device, then those of the practice book, which is written like a chart.
  const hidden = await HiddenHere.open(context);
  const notices = await Notices.open(context);
  const invitations = await Invitations.open(context);
  const seen = await LastSeen.open(context);
  const agreement = await PeerAgreement.open(context);
  const backups = await Backups.open(context);
  const saving = new Saving(changed);
  const writer = new ChartWriter(context, (chart) => {
    chartsWritten([chart]);
  });
  const book = new PracticeBook(context, writer);
  const contacts = await context.exclusively(() => Contacts.open(context, book));
  const attachments = new Attachments(context);
  const files = { context, attachments, exchange: () => network.attachments };
  const charts = new ChartService(context, writer, contacts, { saving, hidden, files });
  const merges = await context.exclusively(() =>
    ChartMerges.open(context, book, {
      charts,
      person: ({ device }) => charts.person(device, context.self.practice),
      watch: (act) => saving.watch(act),
      noted: (act) => {
        audit.note(act);
      },
      changed,
    }),
  );
  const role = (): ReturnType<typeof ownRole> => ownRole(context);
  const work = await context.exclusively(() =>
    openPracticeWork({ context, book, charts, merges, saving, role, changed }),
  );

  // What a person does about patients and their charts.
  const audit: AuditLog = new AuditLog(context, writer, (volume) => {
    duties.closeIsAwaited(volume);
  });
  const changes = new CharterChanges(context, charts, chartsWritten);
  const sharing = new Sharing(context, charts, changes);
  const stopping = new StoppingEverything(context, sharing, changes);
  const review = new Review(context, charts, changes, hidden);
  const custody = new CustodyOfCharts(context, { charts, changes, sharing, hidden });
  const acts = { review, sharing, custody, audit };
  const patients = new PatientRows(context.index, merges);
  const opening = new OpenPatients({
    ...{ charts, acts, merges, patients, audit },
    opened: (chart) => {
      network.chartReady(chart);
    },
  });
  const importing = new Importing(context, { writer, charts, attachments, merges, work });
  const exports = new ChartExports({ context, charts, acts, work });

  // What comes in, and what is seen to without being asked.
  const duties = new ChartDuties(context, changes, sharing, (asked) => people.askForKeys(asked));
  const arrivals = new Arrivals(context, charts, notices, duties);
  const catchingUp = new CatchingUp(context, arrivals, audit, notices, (chart) => {
    chartsWritten([chart]);
  });
  const news = new PracticeNews({
    ...{ context, charts, book, notices, seen, arrivals, audit, duties, agreement },
    countKeys: () => people.chartCame(),
    contactsChanged: () => {
      network.standingChanged();
    },
    ...{ standingChanged, ownRosterChanged, changed },
  });

  // Other practices, the people of this one, and the ways to them.
  const meeting = {
    ...{ context, contacts, invitations, saving, changed },
    settings: () => settings.now,
    network: (): Network => network,
  };
  const peers = new PracticePeers({ ...meeting, agreement, mayManage: () => people.mayManage });
  const people: PracticePeople = new PracticePeople({
    ...{ ...meeting, seen },
    invite: (invited) => peers.invite({ kind: 'device', role: invited }),
    rosterChanged: ownRosterChanged,
    keysCame: (chart) => news.keysCame(chart),
    caughtUp: () => catchingUp.done,
    told: (act, doing) => audit.told(act, doing),
  });
  const network: Network = new Network(context, {
    ...{ contacts, invitations, news },
    hearers: people.hearers,
    differences: new StandingDifferences(context, notices, changed),
    agreed: (device) => {
      context.inBackground(agreement.completed(device).then(changed));
    },
    partCame: (part) => {
      context.inBackground(charts.partCame(part));
    },
  });
  const exchange = new PracticeExchange({
    ...{ context, contacts },
    host: network.host,
    attachments: network.attachments,
    chartsSettled: () => network.chartsSettled(),
    chartChanged: (chart) => {
      network.chartChanged(chart);
    },
    rosterChanged: (practice) => {
      network.rosterChanged(practice);
    },
    note: (act) => {
      audit.note(act);
    },
  });

  isWhole = true;
  return {
    ...{
      context,
      settings,
      saving,
      storage: new StorageStatus(context.ports.storage, changed),
      notices,
      backups,
      audit,
    },
    ...{ patients, opening, merges, charts, attachments, importing, exports, sharing, stopping },
    ...{ work, duties, arrivals, catchingUp },
    ...{ invitations, seen, agreement, peers, people, network, exchange },
  };
}
