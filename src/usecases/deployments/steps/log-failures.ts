import type { LogLevel } from '../../../entities/deployment-log.ts';
import type { DeploymentContext } from './deployment-context.ts';
import type { NotedFailure } from './failure-notes.ts';

/** Writes a failed task into the log: what it reports, and what it printed with the lines that matter marked. */
export async function logFailure(
  { log, signal }: Pick<DeploymentContext, 'log' | 'signal'>,
  { line }: { line(text: string, level?: LogLevel): void },
  { error, lines, service, telling, unread }: NotedFailure,
): Promise<void> {
  line(`A task failed: ${error}`, 'warn');
  if (unread !== undefined) line(`What it printed is missing: ${unread}`, 'warn');
  const prefix = service === undefined ? '  ' : `${service}:   `;
  for (const [at, text] of lines.entries()) {
    await log.output(`${prefix}${text}`, signal, { level: telling.includes(at) ? 'error' : 'warn' });
  }
}
