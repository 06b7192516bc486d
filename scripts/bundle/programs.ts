import { basename } from 'node:path';

/** What is started beside the program: the command line, what works without a server, and what runs in threads. */
export const programSources: readonly string[] = [
  'src/cli/cli.ts',
  'src/without-server.ts',
  'src/host/thread-entry.ts',
  'src/host/stream-thread-entry.ts',
  'src/usecases/backups/pack-aside.ts',
  'src/compose/parse-thread.ts',
  'src/git-hosts/delivery-thread.ts',
  'src/swarm/images/dockerfile-thread.ts',
];

export const programNames: readonly string[] = programSources.map((source) => basename(source, '.ts'));

/** Below the bundle. */
export const programsFolder = 'programs';
