/** What every main shares: one place for errors that a person can mend, and a clean stop on Ctrl+C. */

/** The command line or a file it names is wrong; the message says how to mend it. */
export class UsageError extends Error {}

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Runs until stopped by a signal; `start` gives back how to stop. */
export async function runMain(usage: string, start: () => Promise<() => Promise<void>>): Promise<void> {
  try {
    const stop = await start();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        void stop().finally(() => process.exit(0));
      });
    }
  } catch (error) {
    console.error(sentenceFor(error, usage));
    process.exit(1);
  }
}

function sentenceFor(error: unknown, usage: string): string {
  if (!(error instanceof Error)) return String(error);
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `Port ${'port' in error ? String(error.port) : ''} is already in use. Choose another with --port.`;
    case 'EACCES':
      return `${error.message}\nPorts below 1024 and some files need more rights: choose another port with --port, or see docs/hosting.md.`;
    case 'ENOENT':
      return `There is no such file: ${error.message.replace(/^ENOENT: [^,]*, \w+ /, '')}`;
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `${error.message}\n\n${usage}`;
    default:
      return error instanceof UsageError ? `${error.message}\n\n${usage}` : (error.stack ?? error.message);
  }
}
