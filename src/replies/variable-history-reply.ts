import { formatAgo } from '../units/times.ts';
import type { SeenChange } from '../usecases/variables/variable-history.ts';
import type { VariableScope } from '../usecases/variables/variable-scope.ts';
import type { Reply } from './reply.ts';

/** Of one change, in a table. */
const mostVariables = 10;
/** Of one value, characters. */
const longestValue = 60;

/** Changes of variables, newest first; of secrets only their names. */
export function variableHistoryReply(scope: VariableScope, changes: readonly SeenChange[]): Reply {
  const noun = scope.application ? 'env' : 'shared';
  const whose = `${scope.forPreviews ? 'the previews of ' : ''}${scope.name}${scope.environment && `, ${scope.environment}`}`;
  const [newest] = changes;
  if (!newest) return { tone: 'info', text: `No change of the variables of \`${whose}\` is known.`, data: [] };
  const rollback = `${noun} rollback ${scope.name}${scope.option}`;
  return {
    tone: 'info',
    title: `Changes of the variables of ${whose}`,
    table: {
      columns: ['Change', 'When', 'By', 'What'],
      rows: changes.map((change) => [
        String(change.id),
        formatAgo(change.at),
        change.by ?? '',
        `${change.backTo === undefined ? '' : backToText(change.backTo)}${variablesText(change)}`,
      ]),
      prose: true,
    },
    text: `\`${rollback} <change>\` brings back what they were after one.`,
    data: changes.map(({ at, backTo, by, id, variables }) => ({
      change: id,
      at,
      by: by ?? null,
      backTo: backTo ?? null,
      variables: variables.map(({ after, before, key }) => ({
        key,
        before: { kind: before.kind, value: before.value ?? null },
        after: { kind: after.kind, value: after.value ?? null },
      })),
    })),
  };
}

function backToText(change: number): string {
  return change === 0 ? 'back to the beginning: ' : `back to ${change}: `;
}

function variablesText({ variables }: SeenChange): string {
  const shown = variables.slice(0, mostVariables).map(variableText);
  const more = variables.length > mostVariables ? ` and ${variables.length - mostVariables} more` : '';
  return shown.join(', ') + more;
}

function variableText({ after, before, key }: SeenChange['variables'][number]): string {
  const was =
    before.kind === 'unset' ? '' : before.value === undefined ? ' (was secret)' : ` (was ${cut(before.value)})`;
  if (after.kind === 'unset') return `removed ${key}${was}`;
  if (after.value !== undefined) return `${key}=${cut(after.value)}${was}`;
  return `${key}, a secret${before.value === undefined ? '' : was}`;
}

function cut(value: string): string {
  const [line = ''] = value.split('\n', 1);
  return line.length < value.length || line.length > longestValue ? `${line.slice(0, longestValue)}…` : value;
}
