/**
 * Where the person is, as the part of the address after `#`. The browser writes addresses into its history file, which
 * nothing seals: so they carry random chart ids and peers' ids, never a name, a resource's id or what was searched. Pure.
 */
import {
  parseChartId,
  parseDeviceId,
  parsePracticeId,
  type ChartId,
  type DeviceId,
  type PracticeId,
} from '../../base/ids.ts';

/** Sheets of paper: the summary, and lists of their own. */
export const printTopics = ['print', 'print-medications', 'print-immunizations', 'print-growth'] as const;
export type PrintTopic = (typeof printTopics)[number];

export const chartTopics = [
  'summary',
  'problems',
  'medications',
  'allergies',
  'immunizations',
  'history',
  'team',
  'results',
  'vitals',
  'encounters',
  'notes',
  'documents',
  'other',
  'conflicts',
  'set-aside',
  'sharing',
  'details',
  'merge',
  'compare',
  'changes',
  'as-of',
  'access',
  ...printTopics,
] as const;
export type ChartTopic = (typeof chartTopics)[number];

export type Route =
  | { readonly page: 'patients' }
  | { readonly page: 'new-patient' }
  /** `other`: for 'compare', the chart to read beside this one. `atMs`: for 'as-of' and 'changes', the moment. */
  | {
      readonly page: 'chart';
      readonly chart: ChartId;
      readonly topic: ChartTopic;
      readonly other?: ChartId;
      readonly atMs?: number;
    }
  | { readonly page: 'import' }
  | { readonly page: 'inbox' }
  | { readonly page: 'schedule' }
  | { readonly page: 'due' }
  | { readonly page: 'peers' }
  | { readonly page: 'new-peer' }
  | { readonly page: 'peer'; readonly practice: PracticeId }
  /** An invitation followed as a link: `text` is what stands after `#/invite/`. */
  | { readonly page: 'invite'; readonly text: string }
  /** An invitation for a device, followed as a link: `text` is what stands after `#/join/`. */
  | { readonly page: 'join'; readonly text: string }
  | { readonly page: 'people' }
  | { readonly page: 'add-device' }
  | { readonly page: 'add-keeper' }
  | { readonly page: 'add-person' }
  | { readonly page: 'device'; readonly device: DeviceId }
  | { readonly page: 'settings' }
  | { readonly page: 'diagnostics' }
  | { readonly page: 'audit' }
  | { readonly page: 'help' }
  | { readonly page: 'nowhere' };

function isChartTopic(text: string): text is ChartTopic {
  return (chartTopics as readonly string[]).includes(text);
}

export function parseRoute(hash: string): Route {
  const parts = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .filter((part) => part !== '');
  const [first = 'patients', second, third, fourth] = parts;
  switch (first) {
    case 'patients':
      return second === 'new' ? { page: 'new-patient' } : { page: 'patients' };
    case 'chart': {
      const chart = parseChartId(second ?? '');
      const topic = third ?? 'summary';
      if (chart === undefined || !isChartTopic(topic)) return { page: 'nowhere' };
      const other = parseChartId(fourth ?? '');
      if (other !== undefined) return { page: 'chart', chart, topic, other };
      return isMoment(fourth) ? { page: 'chart', chart, topic, atMs: Number(fourth) } : { page: 'chart', chart, topic };
    }
    case 'peers': {
      if (second === undefined) return { page: 'peers' };
      if (second === 'new') return { page: 'new-peer' };
      const practice = parsePracticeId(second);
      return practice === undefined ? { page: 'nowhere' } : { page: 'peer', practice };
    }
    case 'people':
      return parsePeople(second);
    case 'invite':
    case 'join':
      return { page: first, text: second ?? '' };
    case 'import':
    case 'inbox':
    case 'schedule':
    case 'due':
    case 'settings':
    case 'diagnostics':
    case 'audit':
    case 'help':
      return { page: first };
    default:
      return { page: 'nowhere' };
  }
}

function parsePeople(second: string | undefined): Route {
  switch (second) {
    case undefined:
      return { page: 'people' };
    case 'add-device':
    case 'add-keeper':
    case 'add-person':
      return { page: second };
    default: {
      const device = parseDeviceId(second);
      return device === undefined ? { page: 'nowhere' } : { page: 'device', device };
    }
  }
}

/** Milliseconds since 1970 that a date can show. */
function isMoment(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,15}$/.test(text) && Number(text) <= 8.64e15;
}

export function chartAddress(chart: ChartId, topic: ChartTopic = 'summary', other?: ChartId): string {
  const place = topic === 'summary' ? '' : `/${topic}`;
  return `#/chart/${chart}${place}${other === undefined ? '' : `/${other}`}`;
}

/** The chart as of a moment, or what changed in it since. */
export function momentAddress(chart: ChartId, topic: 'as-of' | 'changes', atMs: number): string {
  return `${chartAddress(chart, topic)}/${String(atMs)}`;
}
