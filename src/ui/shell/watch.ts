/**
 * Repaints an element when what it shows has changed. The session and an open chart replace their values whole and say
 * so by a 'change' event; this controller listens while the element is on the page and at no other time. A first change is
 * painted at once; of those that follow on its heels (hundreds, while charts come in) one painting shows all.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Nobody reads faster, and typing comes between two paintings. */
const betweenPaintingsMs = 60;

export class Watch implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private readonly target: () => EventTarget | undefined;
  private watched: EventTarget | undefined;
  /** An element that is defined after it was put on the page has its properties only at its first update. */
  private hasProperties = false;
  /** Painted a moment ago. */
  private resting: ReturnType<typeof setTimeout> | undefined;
  private changedMeanwhile = false;
  private readonly repaint = (): void => {
    if (this.resting !== undefined) {
      this.changedMeanwhile = true;
      return;
    }
    this.host.requestUpdate();
    this.resting = setTimeout(() => this.rested(), betweenPaintingsMs);
  };

  /** `target` is asked again before each paint, so it may be a property of the element that is set later. */
  constructor(host: ReactiveControllerHost, target: () => EventTarget | undefined) {
    this.host = host;
    this.target = target;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.hasProperties) this.follow(this.target());
  }

  hostUpdate(): void {
    this.hasProperties = true;
    this.follow(this.target());
  }

  hostDisconnected(): void {
    clearTimeout(this.resting);
    this.resting = undefined;
    this.changedMeanwhile = false;
    this.follow(undefined);
  }

  private rested(): void {
    this.resting = undefined;
    if (!this.changedMeanwhile) return;
    this.changedMeanwhile = false;
    this.repaint();
  }

  private follow(next: EventTarget | undefined): void {
    if (next === this.watched) return;
    this.watched?.removeEventListener('change', this.repaint);
    this.watched = next;
    next?.addEventListener('change', this.repaint);
  }
}
