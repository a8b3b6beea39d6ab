import { describe, expect, test } from 'vitest';
import { chartId } from '../../src/base/ids.ts';
import { chartAddress, chartTopics, momentAddress, parseRoute } from '../../src/ui/shell/route.ts';

const chart = chartId(new Uint8Array(32).fill(7));
const other = chartId(new Uint8Array(32).fill(9));

describe('addresses', () => {
  test('every topic of a chart has an address that leads back to it', () => {
    for (const topic of chartTopics) {
      expect(parseRoute(chartAddress(chart, topic))).toEqual({ page: 'chart', chart, topic });
    }
  });

  test('two charts side by side are one address', () => {
    expect(parseRoute(chartAddress(chart, 'compare', other))).toEqual({
      page: 'chart',
      chart,
      topic: 'compare',
      other,
    });
  });

  test('the chart as of a moment is an address, and a moment that no date can show is none', () => {
    expect(parseRoute(momentAddress(chart, 'as-of', 1_790_000_000_000))).toEqual({
      page: 'chart',
      chart,
      topic: 'as-of',
      atMs: 1_790_000_000_000,
    });
    expect(parseRoute(`${chartAddress(chart, 'as-of')}/99999999999999999`)).toEqual({
      page: 'chart',
      chart,
      topic: 'as-of',
    });
  });

  test('an empty address is the patients, and a broken one leads nowhere rather than to a wrong chart', () => {
    expect(parseRoute('')).toEqual({ page: 'patients' });
    expect(parseRoute('#/chart/abc')).toEqual({ page: 'nowhere' });
    expect(parseRoute(`#/chart/${chart}/no-such-topic`)).toEqual({ page: 'nowhere' });
    expect(parseRoute('#/peers/../settings')).toEqual({ page: 'nowhere' });
  });

  test('an invitation followed as a link keeps its text whole', () => {
    expect(parseRoute('#/invite/AbC-_123')).toEqual({ page: 'invite', text: 'AbC-_123' });
  });
});
