/** The list of a large practice: patients with names as a practice has them, by a number, the same every time. */
import type { IndexedChart } from '../src/app/patients/chart-index.ts';
import { chartId, type PracticeId } from '../src/base/ids.ts';
import { listedChart } from '../test/support/listed-chart.ts';

const families =
  'Abbott Baker Castillo Dimitrov Eriksen Fischer García Haddad Ibrahim Jansen Kowalski Lindqvist Müller Nguyen Okafor Petrov Quinn Rossi Silva Tanaka Ueda Varga Weber Xu Yılmaz Zhang'.split(
    ' ',
  );
const given =
  'Ana Ben Chloé Daniel Elif Farid Greta Hugo Ines Jonas Karim Lena Mateo Nadia Oscar Priya Quentin Rosa Sofia Tomás Ursula Victor Wanda Ximena Yusuf Zoë'.split(
    ' ',
  );

export function* generatedPractice(count: number): Iterable<(own: PracticeId) => IndexedChart> {
  for (let i = 0; i < count; i++) {
    const family = `${nth(families, i)} ${nth(families, Math.floor(i / families.length))}`;
    const name = `${nth(given, i * 7 + Math.floor(i / 31))} ${family}`;
    const born = new Date(Date.UTC(1930, 0, 1 + ((i * 37) % 33_000))).toISOString().slice(0, 10);
    const id = chartId(
      // Of no chart that anybody made.
      new Uint8Array(32)
        .fill(i % 251)
        .with(0, i >> 8)
        .with(1, i & 255),
    );
    yield (custodian) =>
      listedChart({
        ...{ id, custodian, name, birthDate: born, patientKey: `Patient/listed-${String(i)}` },
        sex: i % 2 === 0 ? 'female' : 'male',
        identifier: `MRN-${String(100_000 + i)}`,
        deceased: i % 50 === 0,
      });
  }
}

function nth(list: readonly string[], i: number): string {
  return list[i % list.length] ?? '';
}
