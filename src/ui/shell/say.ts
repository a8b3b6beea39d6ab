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
  from.dispatchEvent(new CustomEvent('pc-say', { detail, bubbles: true, composed: true }));
}
