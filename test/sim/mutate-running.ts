/**
 * Runs tests or seeds in a process of their own, with one decision turned round or none, and says what came of it. A process that
 * answers nothing within its limit is ended with all it started. Judges nothing: mutate-judging.ts does.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/mutants.ts';

export interface TestSeen {
  readonly title: string;
  readonly failed: boolean;
  readonly durationMs: number;
  readonly message: string;
}

export interface FileSeen {
  readonly file: string;
  /** It could not be loaded, or what its tests share could not be made. */
  readonly broken: boolean;
  readonly tests: readonly TestSeen[];
}

/** `no-answer`: the limit passed. */
export type TestsSeen = 'no-answer' | readonly FileSeen[];

export interface SeedsSeen {
  /** What the simulation said of the first seed that failed. */
  readonly said: string | undefined;
  /** False where the simulation itself could not be loaded. */
  readonly runs: boolean;
  readonly answered: boolean;
  readonly durationMs: number;
}

/** As vitest writes it. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly duration?: number | null;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** In one process, one file after the other. To the first failure, if `untilOneFails`. */
export async function runTests(
  flip: string,
  files: readonly string[],
  limitMs: number,
  { untilOneFails, titled }: { readonly untilOneFails: boolean; readonly titled?: string | undefined },
): Promise<TestsSeen> {
  const folder = mkdtempSync(join(tmpdir(), 'peerchart-mutate-'));
  const report = join(folder, 'report.json');
  const options = ['--project', 'unit', '--maxWorkers', '1', '--reporter', 'json', '--outputFile', report];
  const bail = untilOneFails ? ['--bail', '1'] : [];
  const only = titled === undefined ? [] : ['-t', titled.replace(/[^\w]/g, '\\$&')];
  try {
    const ended = await run(
      flip,
      ['node_modules/vitest/vitest.mjs', 'run', ...options, ...bail, ...only, ...files],
      limitMs,
    );
    if (!ended.answered) return 'no-answer';
    return filesSeen(readReport(report, ended.output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function runSeeds(flip: string, from: number, to: number, limitMs: number): Promise<SeedsSeen> {
  const options = ['--from', from, '--seeds', to - from + 1, '--step', 1, '--only-to-see', 1].map(String);
  const beganMs = Date.now();
  const { code, output, answered } = await run(flip, ['--import', 'tsx', 'test/sim/main.ts', ...options], limitMs);
  const durationMs = Date.now() - beganMs;
  const said = output.split('\n').find((line) => line.startsWith('seed '));
  return { said, runs: code === 0 || said !== undefined || !answered, answered, durationMs };
}

function readReport(path: string, output: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    throw new Error(`the tests leave no report:\n${output}`);
  }
}

function filesSeen({ testResults }: Report): readonly FileSeen[] {
  return testResults.map(({ name, status, assertionResults }) => {
    const tests = assertionResults
      .filter((test) => test.status === 'passed' || test.status === 'failed')
      .map(({ fullName, status: outcome, duration, failureMessages = [] }) => ({
        title: fullName,
        failed: outcome === 'failed',
        durationMs: Math.round(duration ?? 0),
        message: failureMessages[0]?.split('\n')[0] ?? '',
      }));
    const broken = status === 'failed' && tests.every(({ failed }) => !failed);
    return { file: name.slice(root.length + 1), broken, tests };
  });
}

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly answered: boolean;
}

/** Groups of processes at work: they end with this one. */
const groups = new Set<number>();
process.on('exit', () => {
  for (const group of groups) endGroup(group);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

function run(flip: string, args: readonly string[], limitMs: number): Promise<Ended> {
  const env = { ...process.env, PEERCHART_FLIP: flip };
  // A group of its own: the tests run in processes of the one that is started here.
  const child = spawn(process.execPath, args, { cwd: root, env, detached: true });
  if (child.pid !== undefined) groups.add(child.pid);
  let output = '';
  let answered = true;
  const hear = (text: Buffer): void => {
    output += text.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const limit = setTimeout(() => {
    answered = false;
    if (child.pid !== undefined) endGroup(child.pid);
  }, limitMs);
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      clearTimeout(limit);
      if (child.pid !== undefined) groups.delete(child.pid);
      resolve({ code: code ?? 1, output, answered });
    }),
  );
}
