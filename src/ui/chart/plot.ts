/**
 * `<pc-plot .plot=${plot}>`: lines over time or age, with reference curves and a band behind them, drawn as SVG as wide as the
 * element. For the eye: the same numbers stand in a table beside it, which is what is read out. Lines differ by the shape
 * of their points, not by colour alone.
 */
import { LitElement, css, html, nothing, svg } from 'lit';
import { base } from '../shell/styles.ts';

export type PointShape = 'circle' | 'square';

export interface PlotLine {
  readonly name: string;
  readonly shape: PointShape;
  /** Ascending in x. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly words: string }[];
}

export interface Plot {
  /** What is drawn, for a screen reader: one sentence. */
  readonly label: string;
  readonly unit: string;
  readonly x: {
    readonly from: number;
    readonly to: number;
    readonly ticks: readonly { readonly at: number; readonly text: string }[];
    readonly label: string;
  };
  readonly lines: readonly PlotLine[];
  /** Drawn behind the lines, each with its name at its right end. `strong`: the one to see first. */
  readonly curves?: readonly {
    readonly name: string;
    readonly strong: boolean;
    readonly points: readonly (readonly [number, number])[];
  }[];
  readonly band?: { readonly low?: number | undefined; readonly high?: number | undefined };
}

const heightPx = 300;
const margin = { top: 12, right: 34, bottom: 38, left: 46 } as const;
const narrowestPx = 260;
/** About so far apart lie the lines that the numbers on the left stand at. */
const tickApartPx = 44;
/** The least between the names of two curves. */
const namesApartPx = 10;

export class PlotElement extends LitElement {
  static override properties = { plot: { attribute: false }, widthPx: { state: true } };
  static override styles = [
    base,
    css`
      svg {
        display: block;
        inline-size: 100%;
        block-size: ${heightPx}px;
      }
      text {
        fill: var(--wa-color-text-quiet);
        font-size: 11px;
        font-variant-numeric: tabular-nums;
      }
      .grid {
        stroke: var(--wa-color-surface-border);
        stroke-width: 1;
      }
      .band {
        fill: var(--pc-info-fill);
      }
      .curve {
        fill: none;
        stroke: var(--wa-color-text-quiet);
        stroke-width: 1;
        opacity: 0.55;
      }
      .curve.strong {
        opacity: 1;
        stroke-width: 1.5;
      }
      .line {
        fill: none;
        stroke: var(--wa-color-brand-fill-loud);
        stroke-width: 1.75;
      }
      .point {
        fill: var(--wa-color-brand-fill-loud);
        stroke: var(--wa-color-surface-default);
        stroke-width: 1.5;
      }
    `,
  ];

  declare plot: Plot;
  declare private widthPx: number;
  private readonly resized = new ResizeObserver(([entry]) => {
    if (entry !== undefined) this.widthPx = Math.max(narrowestPx, Math.floor(entry.contentRect.width));
  });

  constructor() {
    super();
    this.widthPx = narrowestPx;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    this.resized.disconnect();
    super.disconnectedCallback();
  }

  override render() {
    const { plot } = this;
    const values = [
      ...plot.lines.flatMap((line) => line.points.map(({ y }) => y)),
      ...(plot.curves ?? []).flatMap((curve) => curve.points.map(([, y]) => y)),
    ];
    const ticks = niceTicks(Math.min(...values), Math.max(...values), (heightPx - 50) / tickApartPx);
    const [bottom = 0, top = 1] = [ticks[0], ticks.at(-1)];
    const right = this.widthPx - margin.right;
    const floor = heightPx - margin.bottom;
    const toX = (x: number) =>
      margin.left + ((x - plot.x.from) / (plot.x.to - plot.x.from || 1)) * (right - margin.left);
    const toY = (y: number) => floor - ((y - bottom) / (top - bottom || 1)) * (floor - margin.top);
    const path = (points: readonly (readonly [number, number])[]) =>
      points.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`).join(' ');
    const named = namesWithRoom(plot.curves ?? [], toY);
    return html`<svg viewBox="0 0 ${this.widthPx} ${heightPx}" role="img" aria-label=${plot.label}>
      ${this.renderBand(plot, { bottom, top, right, toY })}
      ${ticks.map(
        (tick) =>
          svg`<line class="grid" x1=${margin.left} x2=${right} y1=${toY(tick)} y2=${toY(tick)}></line>
            <text x=${margin.left - 8} y=${toY(tick) + 4} text-anchor="end">${tick}</text>`,
      )}
      ${plot.x.ticks.map(({ at, text }) => svg`<text x=${toX(at)} y=${floor + 16} text-anchor="middle">${text}</text>`)}
      <text x=${margin.left} y=${heightPx - 4}>${plot.x.label}</text>
      <text x=${right} y=${heightPx - 4} text-anchor="end">${plot.unit}</text>
      ${(plot.curves ?? []).map((curve) => {
        const last = curve.points.at(-1);
        return svg`<polyline class="curve ${curve.strong ? 'strong' : ''}" points=${path(curve.points)}></polyline>
          ${last === undefined || !named.has(curve) ? nothing : svg`<text x=${toX(last[0]) + 5} y=${toY(last[1]) + 4}>${curve.name}</text>`}`;
      })}
      ${plot.lines.map(
        (line) => svg`<polyline class="line" points=${path(line.points.map(({ x, y }) => [x, y]))}></polyline>
          ${line.points.map((point) => drawPoint(line.shape, toX(point.x), toY(point.y), `${line.name} ${point.words}`))}`,
      )}
    </svg>`;
  }

  private renderBand(
    { band }: Plot,
    place: { bottom: number; top: number; right: number; toY: (y: number) => number },
  ) {
    if (band === undefined) return nothing;
    const within = (y: number) => Math.min(place.top, Math.max(place.bottom, y));
    const [low, high] = [within(band.low ?? place.bottom), within(band.high ?? place.top)];
    const tall = Math.max(0, place.toY(low) - place.toY(high));
    return svg`<rect class="band" x=${margin.left} y=${place.toY(high)} width=${place.right - margin.left} height=${tall}></rect>`;
  }
}

type Curve = NonNullable<Plot['curves']>[number];

/** Where curves end close together only some are named: the strong ones, the outermost, then as many as fit. */
function namesWithRoom(curves: readonly Curve[], toY: (y: number) => number): ReadonlySet<Curve> {
  const ends = curves.flatMap((curve) => {
    const last = curve.points.at(-1);
    return last === undefined ? [] : [{ curve, y: toY(last[1]) }];
  });
  const first = ends.filter(({ curve }) => curve.strong);
  const outermost = [...ends].sort((a, b) => a.y - b.y).filter((_, at) => at === 0 || at === ends.length - 1);
  const kept: { readonly curve: Curve; readonly y: number }[] = [];
  for (const end of [...first, ...outermost, ...ends])
    if (kept.every(({ y }) => Math.abs(y - end.y) >= namesApartPx)) kept.push(end);
  return new Set(kept.map(({ curve }) => curve));
}

function drawPoint(shape: PointShape, x: number, y: number, words: string) {
  return shape === 'circle'
    ? svg`<circle class="point" cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="4"><title>${words}</title></circle>`
    : svg`<rect class="point" x=${(x - 4).toFixed(1)} y=${(y - 4).toFixed(1)} width="8" height="8"><title>${words}</title></rect>`;
}

/** Round numbers that take in everything between `low` and `high`, about `wanted` of them. */
function niceTicks(low: number, high: number, wanted: number): readonly number[] {
  if (!(Number.isFinite(low) && Number.isFinite(high))) return [0, 1];
  const span = high - low || Math.abs(high) || 1;
  const raw = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

customElements.define('pc-plot', PlotElement);
declare global {
  interface HTMLElementTagNameMap {
    'pc-plot': PlotElement;
  }
}
