import { UnavailableError, UserError } from '../../../errors.ts';
import { runInGroup } from '../../../host/process-group.ts';
import { programEnvironment } from '../../../host/program-environment.ts';
import { cleaned } from '../../printed-lines.ts';
import type { BuildEvents } from '../../swarm.ts';
import type { Planner, RunPlanner } from './planner.ts';

/** Of what a planner prints, bytes: plans are kilobytes. */
const maxOutput = 2 * 1024 * 1024;

/** Of a failure, as of a step that fails. */
const shownLines = 30;

/** Runs the planner in `folder`, until the build is cancelled. Of our own variables it gets none. */
export function plannerIn(
  { name, page }: Pick<Planner, 'name' | 'page'>,
  folder: string,
  { onLine }: Pick<BuildEvents, 'onLine'>,
  signal: AbortSignal,
): RunPlanner {
  async function run(args: readonly string[], more: Record<string, string> = {}, hear?: (line: string) => unknown) {
    const env = programEnvironment({ ...more, NO_COLOR: '1' });
    const ended = await runInGroup({
      program: name,
      args,
      cwd: folder,
      env,
      signal,
      maxOutput,
      ...(hear && { hear }),
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new UnavailableError(
        `The builder \`${name}\` needs the program \`${name}\` on Shipmate's host. Install it (${page}), or let Shipmate ` +
          'choose a builder: `app set <app> builder=`.',
      );
    });
    if (ended.tooLong) throw new UserError(`\`${name}\` printed more than 2 MiB. Try it in the repository.`);
    if (ended.code === 0) return ended.output;
    const lines = ended.complaint.split('\n').map(cleaned).filter(Boolean).slice(-shownLines);
    const how = ended.code === null ? 'was ended by a signal' : `failed with exit code ${ended.code}`;
    throw new UserError([`\`${name} ${args[0] ?? ''}\` ${how}:`, ...lines].join('\n'));
  }

  return {
    quietly: (args, env) => run(args, env),
    async aloud(args, env) {
      await run(args, env, async (line) => {
        const text = cleaned(line);
        if (text) await onLine(text);
      });
    },
  };
}
