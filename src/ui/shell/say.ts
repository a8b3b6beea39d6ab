/**
 * Short news for the person at the foot of the page, read out by screen readers, with undo where it makes sense. Never
 * the only place where something important is shown.
 */
export interface Said {
  readonly text: string;
  /** Restores what was before; may fail quietly into the save status. */
  readonly undo?: () => void;
}

declare global {
  interface HTMLElementEventMap {
    'pc-say': CustomEvent<Said>;
  }
}

export function say(from: HTMLElement, text: string, undo?: () => void): void {
  const detail: Said = undo === undefined ? { text } : { text, undo };
  // What an act removed from the page can't be heard from where it stood.
  const speaker = from.isConnected ? from : (document.querySelector('peerchart-app') ?? from);
  speaker.dispatchEvent(new CustomEvent('pc-say', { detail, bubbles: true, composed: true }));
}
