/** Where a plot over time says which year or month it is. Pure. */

import { monthNames } from '../../clinical/readable-date.ts';
/** More would touch each other on a phone. */
const mostTicks = 7;

/** Beginnings of years; of months where less than two years are shown. Milliseconds since 1970, UTC. */
export function yearTicks(fromMs: number, toMs: number): readonly { readonly at: number; readonly text: string }[] {
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  const spanYears = to.getUTCFullYear() - from.getUTCFullYear();
  if (spanYears < 2) return monthTicks(from, toMs);
  const step = [1, 2, 5, 10, 20].find((years) => spanYears / years <= mostTicks) ?? 50;
  const first =
    Math.ceil((from.getUTCFullYear() + (fromMs > Date.UTC(from.getUTCFullYear(), 0, 1) ? 1 : 0)) / step) * step;
  const ticks = [];
  for (let year = first; Date.UTC(year, 0, 1) <= toMs; year += step) {
    ticks.push({ at: Date.UTC(year, 0, 1), text: String(year) });
  }
  return ticks;
}

function monthTicks(from: Date, toMs: number) {
  const all = [];
  for (let month = from.getUTCMonth() + 1; ; month += 1) {
    const at = Date.UTC(from.getUTCFullYear(), month, 1);
    if (at > toMs) break;
    all.push({ at, text: `${monthNames[month % 12] ?? ''} ${String(new Date(at).getUTCFullYear())}` });
  }
  const step = Math.ceil(all.length / (mostTicks - 2));
  return all.filter((_, index) => index % step === 0);
}
