import { describe, expect, test } from 'vitest';
import { practiceId, type PracticeId } from '../../src/base/ids.ts';
import {
  asideWords,
  historyMarks,
  minutesInWords,
  notYetOpened,
  practicesWithWrongClock,
} from '../../src/ui/chart/review-words.ts';
import { fieldWords, openTrouble, questionWords, refusalTrouble } from '../../src/ui/chart/words.ts';
import { chartStates, peerName } from '../../src/ui/patients/words.ts';
import { connectedNow, networkLine, savingLine } from '../../src/ui/shell/status-words.ts';
import { sectionWords, writeTrouble } from '../../src/ui/shell/words.ts';
import { demoAuthors, demoPeerIds, DemoSession } from '../support/demo-session.ts';

const notForClinicians = /\b(sync|hash|peer id|epoch|charter|frontier|replica|CRDT|undefined|null)\b/i;

describe('words', () => {
  test('no sentence of a chart speaks of machinery', () => {
    const troubles = [writeTrouble, refusalTrouble, openTrouble].flatMap((table) => Object.values(table));
    const sentences = [
      ...troubles.flatMap(({ happened, safe, todo }) => [happened, safe ?? '', todo]),
      ...Object.values(fieldWords),
      ...Object.values(questionWords),
      ...Object.values(sectionWords),
      ...Object.values(asideWords).flatMap(({ short, why, todo }) => [short, why('Clinic B'), todo]),
      notYetOpened,
    ];
    for (const sentence of sentences) expect(sentence).not.toMatch(notForClinicians);
  });

  test('every failure to save says what happened, what is safe and what to do', () => {
    for (const { happened, safe, todo } of Object.values(writeTrouble)) {
      expect(happened).toMatch(/^Not (saved|done)/);
      expect(safe).toBeDefined();
      expect(todo).toMatch(/\.$/);
    }
  });

  test('[CUT-4] whatever keeps work out of a chart has words that say why and what to do', () => {
    for (const { why, todo } of Object.values(asideWords)) {
      expect(why('Clinic B')).toMatch(/Clinic B.*\.$/);
      expect(todo).toMatch(/\.$/);
    }
  });

  test('[CUT-5] the history says how a value came in and whose clock was off, and nothing of an ordinary one', () => {
    const author = {
      personName: 'Dr. Noor Haddad',
      practiceName: 'Lakeside Cardiology',
      own: false,
      at: '2026-11-22T09:00:00Z',
      change: demoAuthors.change(1),
    };
    expect(historyMarks(author)).toEqual([]);
    const [vouched] = historyMarks({ ...author, vouchedBy: true });
    expect(vouched?.text).toContain('Lakeside Cardiology’s own right had ended');
    const admittedBy = { personName: 'Dr. Ada Lindqvist', practiceName: 'Birchwood' };
    const [admitted] = historyMarks({ ...author, admittedBy, admittedAt: '2026-11-22T09:00:00Z' });
    expect(admitted?.text).toMatch(/^Set aside at first\. Admitted by Dr\. Ada Lindqvist, Birchwood on 22 Nov 2026, /);
    const [clock] = historyMarks({ ...author, clockDoubt: 'ahead', clockOffMinutes: 121 });
    expect(clock?.text).toContain('about 2 h ahead of ours');
    const [behind] = historyMarks({ ...author, clockDoubt: 'behind', clockOffMinutes: 20 });
    expect(behind?.text).toContain('about 20 min behind');
    expect([7.4, 89, 91, 47 * 60, 72 * 60].map(minutesInWords)).toEqual(['7 min', '89 min', '2 h', '47 h', '3 days']);
  });

  test('a clock that is off is told on the charts its practice has a part in, and once', () => {
    const session = new DemoSession();
    session.addMany(1);
    const [summary] = session.charts;
    if (summary === undefined) throw new Error('one was added');
    const viewWith = (sharedWith: readonly PracticeId[]) => ({
      session,
      chart: { summary: { ...summary, sharedWith } },
    });
    session.diagnostics = () =>
      [demoPeerIds[0], demoPeerIds[0]].map((who) => ({
        kind: 'clock' as const,
        what: 'clock',
        reason: 'ahead',
        who,
        count: 1,
        lastAt: '2026-11-22T09:00:00Z',
      }));
    expect(practicesWithWrongClock(viewWith([demoPeerIds[0]]))).toEqual(['Lakeside Cardiology']);
    expect(practicesWithWrongClock(viewWith([demoPeerIds[1]]))).toEqual([]);
  });

  test('work that is not saved is never said to be', () => {
    const { status } = new DemoSession();
    expect(savingLine({ ...status, saving: 'failed' })).toMatchObject({ tone: 'bad', text: 'Not saved' });
    expect(savingLine({ ...status, saving: 'saving' }).text).not.toContain('Saved');
  });

  test('a connection with no peer behind it is not called connected', () => {
    const { network } = new DemoSession().status;
    const lineOf = (peers: number, ownDevices: number): string => networkLine(network, { peers, ownDevices }).text;
    expect(lineOf(0, 0)).toBe('No peer connected');
    expect(lineOf(2, 0)).toBe('2 peers connected');
    expect(networkLine({ ...network, state: 'off' }, { peers: 0, ownDevices: 0 }).text).toBe('Own charts only');
    expect(networkLine({ ...network, state: 'offline' }, { peers: 0, ownDevices: 0 }).text).toBe('Offline');
  });

  test('a device of one’s own is not counted as a peer', () => {
    const session = new DemoSession();
    // Of the demo's own devices another machine and the keeper are connected.
    expect(connectedNow(session)).toEqual({ peers: 1, ownDevices: 2 });
    const { network } = session.status;
    expect(networkLine(network, { peers: 1, ownDevices: 1 }).text).toBe('1 peer, 1 own device connected');
    expect(networkLine(network, { peers: 0, ownDevices: 2 }).text).toBe('2 own devices connected');
  });

  test('a chart says first what needs eyes, then who shares it', () => {
    const session = new DemoSession();
    session.addMany(1);
    const [chart] = session.charts;
    if (chart === undefined) throw new Error('one was added');
    const states = chartStates(session, { ...chart, sharedWith: [demoPeerIds[1]], unsettledConflicts: 2, setAside: 1 });
    expect(states.map(({ text }) => text)).toEqual([
      '2 to settle',
      '1 change set aside',
      'Shared with Corner Pharmacy',
    ]);
  });

  test('a practice that is no peer is not given a name', () => {
    const session = new DemoSession();
    expect(peerName(session, practiceId(new Uint8Array(32)))).toBe('another practice');
    expect(peerName(session, session.practice.id)).toBe('Birchwood Family Practice');
  });
});
