/** The patients that are measured: real records (Synthea bundles) where the reference data is found, else generated ones. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { referenceData } from '../test/support/reference-data.ts';
import { generatedBundle } from './generated-bundle.ts';

interface PatientFile {
  /** For the words of a workload: which record, how large. Never a patient's name. */
  readonly description: string;
  readonly text: string;
}

export interface Workload {
  readonly largest: PatientFile;
  /** An ordinary one, for edits. */
  readonly ordinary: PatientFile;
  /** For an import of several. */
  readonly several: readonly PatientFile[];
  /** Of the charts of the replication figures: 1 for all of them, less on a busy machine. What was done is in the words. */
  readonly share: number;
}

export function readWorkload(share: number): Workload {
  const folder = referenceData('synthea');
  return { ...(folder === undefined ? generatedWorkload() : syntheaWorkload(folder)), share };
}

function syntheaWorkload(folder: string): Omit<Workload, 'share'> {
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
    .toSorted((a, b) => statSync(b).size - statSync(a).size);
  const files = paths.map((path, i) => () => fileOf(`Synthea bundle no. ${i + 1} of ${paths.length} by size`, path));
  const at = (share: number): PatientFile => {
    const read = files[Math.floor(share * (files.length - 1))];
    if (read === undefined) throw new Error(`${folder} holds no bundle`);
    return read();
  };
  return { largest: at(0), ordinary: at(0.5), several: [0.2, 0.35, 0.5, 0.65, 0.8].map(at) };
}

function fileOf(description: string, path: string): PatientFile {
  const text = readFileSync(path, 'utf8');
  return { text, description: `${description} (${kilobytes(text)})` };
}

function generatedWorkload(): Omit<Workload, 'share'> {
  const of = (resources: number): PatientFile => {
    const text = generatedBundle(resources);
    return { text, description: `generated bundle of ${resources} resources (${kilobytes(text)})` };
  };
  return { largest: of(1_500), ordinary: of(300), several: [500, 400, 300, 200, 100].map(of) };
}

function kilobytes(text: string): string {
  return `${Math.round(Buffer.byteLength(text) / 1000)} kB of JSON`;
}
