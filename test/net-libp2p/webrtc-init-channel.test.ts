/** The race that makes some WebRTC dials hang, without a browser. */
import { describe, expect, it } from 'vitest';
import { replayToLateListeners } from '../../src/net/webrtc-init-channel.ts';

async function told(channel: EventTarget, type: string): Promise<number> {
  let times = 0;
  channel.addEventListener(type, () => times++);
  await Promise.resolve();
  return times;
}

describe('the init channel of a WebRTC dial', () => {
  it('tells of its opening and closing also those who listen too late, once', async () => {
    const channel = new EventTarget();
    replayToLateListeners(channel);
    expect(await told(channel, 'open')).toBe(0);
    channel.dispatchEvent(new Event('open'));
    expect(await told(channel, 'open')).toBe(1);
    expect(await told(channel, 'close')).toBe(0);
    channel.dispatchEvent(new Event('close'));
    expect(await told(channel, 'close')).toBe(1);
    expect(await told(channel, 'message')).toBe(0);
  });

  it('tells those who listen in time as ever', () => {
    const channel = new EventTarget();
    replayToLateListeners(channel);
    let opened = 0;
    channel.addEventListener('open', () => opened++);
    channel.dispatchEvent(new Event('open'));
    expect(opened).toBe(1);
  });
});
