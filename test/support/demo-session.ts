/**
 * A session without keys, disk or network, for looking at and testing the screens alone: charts come from FHIR files by
 * the product's own reader, edits go into memory, a few charts are shared, received and in conflict. Tests only; it
 * proves nothing about the product behind the interface.
 */
import { readBundle } from '../../src/clinical/bundle.ts';
import { identityOf } from '../../src/clinical/identity.ts';
import {
  changeHash,
  chartId,
  deviceId,
  opId,
  practiceId,
  actorId,
  type ChartId,
  type PracticeId,
} from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import type { Merges } from '../../src/app/merging/merge-acts.ts';
import type { SectionEdit, StoredResource } from '../../src/clinical/section-edit.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { ImportOutcome, ImportPlan } from '../../src/app/patients/import-acts.ts';
import type { InvitationFailure, Peer, PendingInvitation } from '../../src/app/peers/peer-acts.ts';
import type {
  ChartSummary,
  Notice,
  PracticeInfo,
  Session,
  SessionStatus,
  Settings,
  WriteFailure,
} from '../../src/app/session.ts';
import { DemoChart, type DemoChartParts } from './demo-chart.ts';
import { DemoAudit } from './demo-audit.ts';
import { DemoExchange } from './demo-exchange.ts';
import { DemoPeople } from './demo-people.ts';
import { DemoWork } from './demo-work.ts';
import { demoImportPlan, demoOutcome, demoSteps } from './demo-import.ts';

const idOf = (seed: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (seed * 31 + i * 7) & 255);
const ourPractice = practiceId(idOf(1));
export const demoPeerIds: readonly [PracticeId, PracticeId] = [practiceId(idOf(2)), practiceId(idOf(3))];
export const demoAuthors = {
  own: { device: deviceId(idOf(4)), actor: actorId(idOf(5).slice(0, 16)) },
  peer: { device: deviceId(idOf(6)), actor: actorId(idOf(7).slice(0, 16)) },
  change: (number: number) => changeHash(idOf(100 + number)),
};

const peers: readonly Peer[] = [
  {
    id: demoPeerIds[0],
    name: 'Lakeside Cardiology',
    personName: 'Dr. Noor Haddad',
    safetyPhrase: 'amber river falcon cedar · lantern vivid quarter ozone',
    safetyPhraseConfirmed: true,
    connection: 'direct',
    chartsGiven: 2,
    chartsReceived: 1,
    setAside: 1,
    waiting: 0,
    unconfirmed: 0,
    upToDateAt: '2026-11-22T14:02:00Z',
  },
  {
    id: demoPeerIds[1],
    name: 'Corner Pharmacy',
    personName: 'Iris Blom',
    safetyPhrase: 'maple orbit silver pencil · harbor toast lunar velvet',
    safetyPhraseConfirmed: false,
    connection: 'none',
    lastSeen: '2026-11-21T17:40:00Z',
    chartsGiven: 1,
    chartsReceived: 0,
    setAside: 0,
    waiting: 0,
    unconfirmed: 3,
    upToDateAt: '2026-11-21T17:40:00Z',
  },
];

export class DemoSession extends EventTarget implements Session {
  readonly practice: PracticeInfo = {
    id: ourPractice,
    name: 'Birchwood Family Practice',
    device: demoAuthors.own.device,
    deviceName: 'Front room',
    personName: 'Dr. Ada Lindqvist',
    role: 'admin',
  };
  status: SessionStatus = {
    saving: 'saved',
    network: {
      state: 'ready',
      relays: [
        {
          address: '/dns/relay.example/tcp/443/tls/ws/p2p/12D3KooWDemoDemoDemoDemoDemoDemoDemoDemoDemoDemo',
          state: 'connected',
        },
      ],
      connectedPeers: 1,
      receiving: [],
    },
    storage: { persistent: true, usedBytes: 12_000_000, quotaBytes: 2_000_000_000, low: false },
    chartsOnlyHere: 214,
  };
  charts: readonly ChartSummary[] = [];
  peers = peers;
  invitations: readonly PendingInvitation[] = [];
  notices: readonly Notice[] = [];
  /** An import goes on until somebody cancels it. */
  writesEndlessly = false;
  settings: Settings = {
    sharing: true,
    relays: ['/dns/relay.example/tcp/443/tls/ws/p2p/12D3KooWDemoDemoDemoDemoDemoDemoDemoDemoDemoDemo'],
    iceServers: [{ urls: 'stun:stun.example:3478' }],
    autoLockMinutes: 15,
    theme: 'system',
  };
  readonly people = new DemoPeople(
    (role) => this.#invite({ kind: 'device', role }),
    () => {
      this.changed();
    },
  );
  readonly work = new DemoWork(() => {
    this.changed();
  });
  readonly audit = new DemoAudit(demoAuthors.own.device, () => this.charts.map(({ id }) => id));
  readonly exchange = new DemoExchange(
    demoPeerIds[0],
    (practice) => peers.find(({ id }) => id === practice)?.name ?? this.practice.deviceName,
  );
  readonly #charts = new Map<ChartId, DemoChartParts>();
  #number = 0;

  /** One FHIR file; the chart is decorated by its place: 0 shared, 1 received and linked, 2 in conflict. */
  async add(text: string): Promise<void> {
    const plan = await readBundle(text);
    if (!plan.ok) throw new Error(`the demo file is refused: ${plan.reason}`);
    for (const imported of plan.value.charts) {
      const number = this.#number++;
      const id = chartId(idOf(1000 + number * 13));
      const parts: DemoChartParts = { id, number, resources: new Map() };
      for (const { section, key, base, registers } of imported.resources) {
        const resources = parts.resources.get(section) ?? new Map<string, StoredResource>();
        parts.resources.set(section, resources.set(key, { key, base, registers }));
      }
      this.#charts.set(id, parts);
      const identity = identityOf(imported.patient);
      this.#addSummary(id, number, identity, 'deceasedDateTime' in imported.patient);
    }
  }

  /** Summaries alone, to see the list with as many as a region has. */
  addMany(howMany: number): void {
    const families = [
      'Okafor',
      'Lindgren',
      'Haddad',
      'Moreau',
      'Castillo',
      'Nguyen',
      'Petrov',
      'Silva',
      'Tanaka',
      'Weiss',
    ];
    const givens = ['Amara', 'Bo', 'Celia', 'Dario', 'Emil', 'Farah', 'Goran', 'Hana', 'Ivo', 'Jun', 'Kira', 'Leo'];
    const many = Array.from({ length: howMany }, (_, i): ChartSummary => {
      const name = `${givens[i % givens.length] ?? ''} ${families[(i * 7) % families.length] ?? ''} ${String(i)}`;
      const birthDate = `${String(1930 + (i % 90))}-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`;
      const id = chartId(Uint8Array.from({ length: 32 }, (_unused, j) => (j < 4 ? (i >> (8 * j)) & 255 : 170)));
      return {
        ...plainSummary(id),
        name,
        birthDate,
        sex: i % 2 === 0 ? 'female' : 'male',
        identifier: `MR-${String(i)}`,
      };
    });
    this.charts = sortedByName([...this.charts, ...many]);
  }

  #addSummary(id: ChartId, number: number, identity: ReturnType<typeof identityOf>, deceased: boolean): void {
    const summary: ChartSummary = {
      ...plainSummary(id),
      name: identity.name,
      ...(identity.birthDate === '' ? {} : { birthDate: identity.birthDate }),
      sex: identity.gender,
      identifier: identity.identifier.slice(0, 12),
      deceased,
      changedAt: '2026-11-22T09:12:00Z',
      ...(number === 0 ? { sharedWith: [...demoPeerIds], setAside: 18 } : {}),
      ...(number === 1 ? { own: false, custodian: demoPeerIds[0], access: 'write' as const } : {}),
      ...(number === 2 ? { sharedWith: [demoPeerIds[0]], unsettledConflicts: 2 } : {}),
      ...(number === 3 ? { own: false, custodian: demoPeerIds[0], access: 'ended' as const } : {}),
    };
    this.charts = sortedByName([...this.charts, summary]);
    if (number === 1) this.#notice('chart-received', id);
    if (number === 0) this.#notice('set-aside', id);
    if (number === 3) this.#notice('sharing-ended', id);
  }

  #notice(kind: Notice['kind'], chart: ChartId): void {
    const notice = {
      id: `${kind}-${chart}`,
      kind,
      at: '2026-11-22T08:30:00Z',
      chart,
      practice: demoPeerIds[0],
      count: 3,
    };
    this.notices = [...this.notices, notice];
  }

  changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  replaceSummary(id: ChartId, change: Partial<ChartSummary>): void {
    this.charts = this.charts.map((chart) => (chart.id === id ? { ...chart, ...change } : chart));
    this.changed();
  }

  get patients(): readonly ChartSummary[] {
    return this.charts;
  }
  /** Nobody here has two charts. */
  readonly merges: Merges = {
    of: (chart) => [chart],
    rows: () => [],
    apart: (a, b) => [[a], [b]],
    merge: async () => err('storage'),
    undo: async () => err('storage'),
  };

  search(query: string): readonly ChartId[] {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const found = this.charts.filter((chart) => {
      const text = `${chart.name} ${chart.birthDate ?? ''} ${chart.identifier ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return found.map((chart) => chart.id);
  }

  async openChart(id: ChartId): Promise<Result<OpenChart, 'unknown-chart' | 'damaged'>> {
    const parts = this.#charts.get(id);
    return parts === undefined ? err('unknown-chart') : ok(new DemoChart(this, parts));
  }

  async registerPatient(patient: SectionEdit & { readonly kind: 'create' }): Promise<Result<ChartId, WriteFailure>> {
    await this.add(patient.base);
    this.changed();
    const newest = [...this.#charts.keys()].at(-1);
    return newest === undefined ? err('storage') : ok(newest);
  }

  async dismissNotice(id: string): Promise<void> {
    this.notices = this.notices.filter((notice) => notice.id !== id);
    this.changed();
  }
  async share(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[],
    right: 'read' | 'write',
    until?: string,
  ): Promise<Result<void, WriteFailure>> {
    const parts = this.#charts.get(chart);
    const rows = sections.map((section) => ({
      practice,
      practiceName: peers.find((peer) => peer.id === practice)?.name ?? '',
      section,
      right,
      from: '2026-11-22T10:00:00Z',
      ...(until === undefined ? {} : { until }),
      grant: opId(idOf(200 + (parts?.shares?.length ?? 0))),
      grantedBy: { practiceName: this.practice.name, personName: this.practice.personName },
      undone: false,
    }));
    if (parts !== undefined) parts.shares = [...(parts.shares ?? []), ...rows];
    const summary = this.charts.find(({ id }) => id === chart);
    this.replaceSummary(chart, { sharedWith: [...new Set([...(summary?.sharedWith ?? []), practice])] });
    return ok(undefined);
  }
  async stopSharing(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[] | 'all',
  ): Promise<Result<void, WriteFailure>> {
    const parts = this.#charts.get(chart);
    if (parts?.shares !== undefined) {
      parts.shares = parts.shares.map((row) =>
        row.practice === practice && (sections === 'all' || sections.includes(row.section))
          ? { ...row, ended: '2026-11-22T11:00:00Z', endedAs: 'stopped' as const }
          : row,
      );
    }
    this.changed();
    return ok(undefined);
  }
  async updateSettings(change: Partial<Settings>): Promise<Result<void, WriteFailure>> {
    this.settings = { ...this.settings, ...change };
    this.changed();
    return ok(undefined);
  }
  async lock(): Promise<void> {
    this.dispatchEvent(new Event('locked'));
  }
  touch(): void {}
  diagnostics() {
    const [cardiology] = demoPeerIds;
    const lastAt = '2026-11-22T09:00:00Z';
    return [
      { kind: 'other' as const, what: 'frame', reason: 'too-large', count: 2, lastAt },
      {
        kind: 'refused-operation' as const,
        what: 'operation',
        reason: 'CH-2 author-may-not',
        who: cardiology,
        count: 1,
        lastAt,
      },
      { kind: 'clock' as const, what: 'clock', reason: 'ahead', who: cardiology, count: 1, lastAt },
    ];
  }
  async requestPersistentStorage(): Promise<boolean> {
    return true;
  }
  async backUp(progress: (done: number, total: number) => void, signal: AbortSignal) {
    for (let done = 0; done <= 20; done++) {
      progress(done, 20);
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (signal.aborted) return err('cancelled');
    }
    return ok({ fileName: 'peerchart-2026-11-22.backup', file: new Blob(['demo']) });
  }
  async exportChart() {
    return ok({ fileName: 'chart.json', text: '{}', incomplete: [], unsettled: 0, filesMissing: 0 });
  }
  async exportDisclosure() {
    return ok({ fileName: 'chart-disclosure.csv', text: '"practice"\r\n' });
  }
  async planImport(...[, progress, signal]: Parameters<Session['planImport']>): Promise<ImportPlan> {
    await demoSteps('reading', progress, signal);
    return demoImportPlan(this.#anyChart());
  }
  async carryOutImport(
    ...[plan, answers, progress, signal]: Parameters<Session['carryOutImport']>
  ): Promise<ImportOutcome> {
    await demoSteps('writing', progress, signal, this.writesEndlessly);
    return demoOutcome(plan, answers, this.#anyChart(), signal);
  }
  #anyChart(): ChartId {
    return this.charts[0]?.id ?? chartId(idOf(1000));
  }
  async createInvitation() {
    return ok(this.#invite({ kind: 'practice' }));
  }
  #invite(invitedTo: Pick<PendingInvitation, 'kind' | 'role'>): PendingInvitation {
    const number = String(this.invitations.length);
    const path = invitedTo.kind === 'practice' ? 'invite' : 'join';
    const invitation: PendingInvitation = {
      id: number,
      ...invitedTo,
      link: `https://charts.birchwood.example/#/${path}/${'oWF2AWhwcmFjdGljZVgg'.repeat(18)}${number}`,
      shortText: `PC1-${'7K3M-'.repeat(20)}9QXA`,
      expires: '2026-11-29T16:00:00Z',
      state: 'waiting',
    };
    this.invitations = [...this.invitations, invitation];
    this.changed();
    return invitation;
  }
  async withdrawInvitation(id: string): Promise<void> {
    this.invitations = this.invitations.filter((invitation) => invitation.id !== id);
    this.changed();
  }
  /** `PC1-OK` is accepted after a while; anything else has expired. */
  async acceptInvitation(
    ...[text, signal]: Parameters<Session['acceptInvitation']>
  ): Promise<Result<Peer, InvitationFailure>> {
    await new Promise((resolve) => {
      setTimeout(resolve, 800);
      signal.addEventListener('abort', resolve);
    });
    if (signal.aborted) return err('cancelled');
    const [, pharmacy] = this.peers;
    if (pharmacy === undefined || !text.includes('PC1-OK')) return err('expired');
    return ok(pharmacy);
  }
  async confirmSafetyPhrase(practice: PracticeId): Promise<void> {
    this.peers = this.peers.map((peer) => (peer.id === practice ? { ...peer, safetyPhraseConfirmed: true } : peer));
    this.changed();
  }
  async stopSharingEverything(practice: PracticeId, progress: (done: number, total: number) => void) {
    progress(1, 1);
    this.peers = this.peers.map((peer) => (peer.id === practice ? { ...peer, chartsGiven: 0 } : peer));
    this.charts = this.charts.map((chart) => ({
      ...chart,
      sharedWith: chart.sharedWith.filter((other) => other !== practice),
    }));
    this.changed();
    return ok({ stopped: 1, left: 0 });
  }
  async changePassphrase() {
    return err('wrong-passphrase');
  }
}

function plainSummary(id: ChartId): ChartSummary {
  return {
    id,
    name: '',
    deceased: false,
    custodian: ourPractice,
    own: true,
    sharedWith: [],
    access: 'own',
    unsettledConflicts: 0,
    setAside: 0,
  };
}

function sortedByName(charts: readonly ChartSummary[]): readonly ChartSummary[] {
  return charts.toSorted((a, b) => a.name.localeCompare(b.name));
}
