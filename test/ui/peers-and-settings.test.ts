import { encode } from 'uqr';
import { describe, expect, test } from 'vitest';
import type { Diagnostic, DiagnosticKind } from '../../src/app/session.ts';
import { doorTrouble } from '../../src/ui/door/words.ts';
import { importTrouble, refusalWords } from '../../src/ui/import/words.ts';
import { notTaken, saveTrouble, takeInTrouble, takenWords } from '../../src/ui/peers/exchange-words.ts';
import { pathOf } from '../../src/ui/peers/qr-path.ts';
import {
  agreementWords,
  connectionWords,
  finalFailures,
  invitationTrouble,
  lastSeenWords,
  phraseWords,
} from '../../src/ui/peers/words.ts';
import { looksLikeIceServer, looksLikeRelay, relayName } from '../../src/ui/settings/addresses.ts';
import { byKind, diagnosticWords } from '../../src/ui/settings/diagnostic-words.ts';
import { iceHelp, passphraseTrouble, relayHelp } from '../../src/ui/settings/words.ts';
import { deviceId, practiceId } from '../../src/base/ids.ts';
import { receivingAloud, receivingLine } from '../../src/ui/shell/status-words.ts';
import { DemoSession } from '../support/demo-session.ts';

const relay = '/dns/relay.example/tcp/443/tls/ws/p2p/12D3KooWDemoDemoDemoDemoDemoDemoDemoDemoDemoDemo';
const notForClinicians = /\b(sync|hash|peer id|epoch|charter|frontier|replica|CRDT|undefined|null)\b/i;

describe('words', () => {
  test('no sentence of door, import, peers or settings speaks of machinery', () => {
    const troubles = [doorTrouble, invitationTrouble, importTrouble, passphraseTrouble, saveTrouble, takeInTrouble];
    const sentences = [
      ...troubles
        .flatMap((table) => Object.values(table))
        .flatMap(({ happened, safe, todo }) => [happened, safe, todo]),
      ...Object.values(refusalWords).flatMap(({ wrong, todo }) => [wrong, todo]),
      iceHelp,
      relayHelp,
    ];
    for (const sentence of sentences) expect(sentence ?? '').not.toMatch(notForClinicians);
  });

  test('every way the door stays shut says what is safe and what to do', () => {
    for (const { happened, safe, todo } of Object.values(doorTrouble)) {
      for (const sentence of [happened, safe, todo]) expect(sentence).toMatch(/\.$/);
    }
  });

  test('an invitation that another try could save is not called final', () => {
    expect(finalFailures.has('not-reachable')).toBe(false);
    expect(finalFailures.has('cancelled')).toBe(false);
    expect(finalFailures.has('used')).toBe(true);
  });

  test('what became of a file is told in numbers, with what was left out and why', () => {
    const taken = {
      from: {
        practice: practiceId(new Uint8Array(32)),
        device: deviceId(new Uint8Array(32)),
        practiceName: 'B',
        personName: 'Noor',
      },
      writtenAt: '2026-11-21T16:05:00Z',
      changedCharts: 12,
      newCharts: 2,
      sameCharts: 1,
      notTaken: [{ reason: 'waits', count: 1 }],
      stopped: false,
      charts: new Set<never>(),
    } as const;
    expect(takenWords(taken)).toEqual([
      '12 charts got something new, 2 of them new here.',
      '1 more chart of it already here.',
    ]);
    expect(notTaken(taken)[0]).toContain('1 change can’t be taken in yet');
    expect(takenWords({ ...taken, changedCharts: 0, newCharts: 0 })).toEqual([
      'It holds nothing that is not here already.',
    ]);
    expect(takenWords({ ...taken, stopped: 'no-room' }).at(-1)).toContain('no space left');
  });

  test('a reconnection is read out in quarters, and shown chart by chart', () => {
    const from = { practice: practiceId(new Uint8Array(32)), from: 'Clinic B', total: 340 };
    expect(receivingLine({ ...from, done: 11 })).toBe('Received 11 of 340 charts from Clinic B');
    const heard = new Set(Array.from({ length: 340 }, (_, done) => receivingAloud({ ...from, done })));
    expect(heard.size).toBe(4);
  });

  test('a peer is called connected only while it is, and compared only once a person said so', () => {
    const [lakeside, pharmacy] = new DemoSession().peers;
    if (lakeside === undefined || pharmacy === undefined) throw new Error('the demo has two peers');
    const now = new Date('2026-11-22T12:00:00');
    expect(connectionWords(lakeside).text).toBe('Connected');
    expect(connectionWords({ ...lakeside, connection: 'relayed' }).text).toBe('Connected by the relay');
    expect(connectionWords(pharmacy).text).toBe('Not connected');
    expect(phraseWords(pharmacy)).toMatchObject({ tone: 'warning', text: 'Not compared yet' });
    expect(lastSeenWords(lakeside, now)).toBe('now');
    const { lastSeen: _never, ...unseen } = pharmacy;
    expect(lastSeenWords(unseen, now)).toBe('not yet');
    const at = { ...lakeside, upToDateAt: new Date(2026, 10, 22, 14, 2).toISOString() };
    const today = new Date(2026, 10, 22, 18, 0);
    expect(agreementWords({ ...at, unconfirmed: 0 }, today)).toBe('Up to date as of today 14:02');
    expect(agreementWords({ ...at, unconfirmed: 3 }, today)).toBe('3 charts not yet confirmed');
    expect(agreementWords({ ...unseen, unconfirmed: 0, chartsGiven: 0 }, today)).toBe('Nothing shared yet');
  });
});

describe('addresses', () => {
  test('a relay is a host, a port, a WebSocket and a key', () => {
    for (const address of [relay, relay.replace('/dns/relay.example', '/ip4/127.0.0.1').replace('/tls', '')]) {
      expect(looksLikeRelay(address), address).toBe(true);
    }
    for (const address of [
      '',
      'https://relay.example',
      relay.replace(/\/p2p\/.*/, ''),
      `${relay} `,
      'relay.example:443',
    ]) {
      expect(looksLikeRelay(address), address).toBe(false);
    }
  });

  test('an ICE server is a stun or turn address', () => {
    for (const address of ['stun:stun.example', 'turns:turn.example:5349?transport=tcp', 'turn:10.0.0.1:3478']) {
      expect(looksLikeIceServer(address), address).toBe(true);
    }
    for (const address of ['', 'https://turn.example', 'stun://x', 'turn:a b', 'stun:x?transport=udp']) {
      expect(looksLikeIceServer(address), address).toBe(false);
    }
  });

  test('a relay is shown by the part a person knows', () => {
    expect(relayName(relay)).toBe('relay.example, port 443');
    expect(relayName('something else')).toBe('something else');
  });
});

test('a QR code’s path covers its dark modules and no other', () => {
  const { data, size } = encode('https://charts.example/#/invite/abc', { ecc: 'L', border: 4 });
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x = '', y = '', run = ''] of pathOf(data).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(run); i++) {
      const row = drawn[Number(y)];
      if (row !== undefined) row[Number(x) + i] = true;
    }
  }
  expect(drawn).toEqual(data);
});

describe('diagnostics', () => {
  test('what was refused is shown by kind, the gravest first, newest first within', () => {
    const at = (kind: DiagnosticKind, reason: string, lastAt: string): Diagnostic => ({
      kind,
      what: 'x',
      reason,
      count: 1,
      lastAt,
    });
    const groups = byKind([
      at('other', 'a', '2026-11-22T09:00:00Z'),
      at('clock', 'b', '2026-11-22T09:00:00Z'),
      at('bad-signature', 'c', '2026-11-22T09:00:00Z'),
      at('clock', 'd', '2026-11-22T10:00:00Z'),
    ]);
    expect(groups.map(({ kind, rows }) => [kind, rows.map(({ reason }) => reason)])).toEqual([
      ['bad-signature', ['c']],
      ['clock', ['d', 'b']],
      ['other', ['a']],
    ]);
    expect(byKind([])).toEqual([]);
  });

  test('each kind says what it means in whole sentences', () => {
    for (const { heading, means } of Object.values(diagnosticWords)) {
      expect(heading).not.toBe('');
      expect(means).toMatch(/\.$/);
    }
  });
});
