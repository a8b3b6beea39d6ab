/**
 * Mends one race of @libp2p/webrtc 6: the dialler opens a channel named 'init', waits for its 'open' and then for its 'close',
 * and listens only once the connection stands. The answering side closes that channel at once, so either event may be over
 * before anyone listens; the dial then hangs until its timeout (3 to 13 % of dials between two browsers, 0 of 200 with this).
 * Whoever listens too late to a channel of that name is told at once. Other channels are left alone.
 */

const initLabel = 'init';
const mended = Symbol('init channels replay their events');

interface MayBeMended {
  [mended]?: true;
}

/** Does nothing where there is no WebRTC, or when called again. */
export function mendInitChannels(): void {
  if (typeof RTCPeerConnection === 'undefined') return;
  const prototype: RTCPeerConnection & MayBeMended = RTCPeerConnection.prototype;
  if (prototype[mended] === true) return;
  prototype[mended] = true;
  // Taken off the prototype to be called with its object below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const createDataChannel = prototype.createDataChannel;
  prototype.createDataChannel = function (this: RTCPeerConnection, label: string, options?: RTCDataChannelInit) {
    const channel = createDataChannel.call(this, label, options);
    if (label === initLabel) replayToLateListeners(channel);
    return channel;
  };
}

/** An event target whose 'open' and 'close' happen once each is also told to those who listen afterwards. */
export function replayToLateListeners(channel: EventTarget): void {
  const happened = new Set<string>();
  for (const type of ['open', 'close']) channel.addEventListener(type, () => happened.add(type), { once: true });
  const addEventListener = channel.addEventListener.bind(channel);
  channel.addEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ) => {
    addEventListener(type, listener, options);
    if (!happened.has(type) || listener === null) return;
    queueMicrotask(() => {
      if (typeof listener === 'function') listener.call(channel, new Event(type));
      else listener.handleEvent(new Event(type));
    });
  };
}
