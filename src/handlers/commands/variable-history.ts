import type { Reply } from '../../replies/reply.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { User } from '../../entities/user.ts';
import type { RolledBack } from '../../usecases/variables/roll-back-variables.ts';
import type { VariableOwner } from '../../usecases/variables/variable-scope.ts';
import { allOf } from '../../word-lists.ts';
import { defineCommand } from '../command.ts';
import { flag, integer, named, optional, text } from '../options.ts';
import { affectedReply } from './affected-reply.ts';

const limit = optional(named(integer('How many (default 10)', { min: 1, max: 100 })));
const change = optional(integer('Number of a change (default: the one before the newest)', { min: 1 }));
const app = text('Application', 'application');
const preview = flag('Of the previews of pull and merge requests');
const project = text('Project', 'project');
const environment = optional(named(text('Of the variables of one environment')));

export const envHistory = defineCommand({
  name: 'env history',
  summary: 'List the changes of variables: who, when, names, and the values of plain ones',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app, preview, limit },
  run: ({ deps, user }, input) =>
    historyOf(deps, user, { application: input.app, previews: input.preview }, input.limit),
});

export const envRollback = defineCommand({
  name: 'env rollback',
  summary: 'Bring variables back to what they were after a change',
  role: 'developer',
  answers: 'channel',
  options: { app, change, preview },
  examples: ['env rollback shop/api', 'env rollback shop/api 41'],
  async run({ deps, user, origin }, input): Promise<Reply> {
    const of = { application: input.app, previews: input.preview };
    const { rollBackVariables } = await import('../../usecases/variables/roll-back-variables.ts');
    const back = await rollBackVariables(deps, { user, origin, of, change: input.change });
    const { name } = back.scope;
    const next = input.preview
      ? `Previews get them with their next deployment, or with \`preview open ${name} <number>\`.`
      : `To apply it: \`redeploy ${name}\`.`;
    return { tone: 'success', text: `${backText(back)} ${next}`, data: backData(back) };
  },
});

export const sharedHistory = defineCommand({
  name: 'shared history',
  summary: 'List the changes of shared variables: who, when, names, and the values of plain ones',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { project, environment, limit },
  run: ({ deps, user }, input) =>
    historyOf(deps, user, { project: input.project, environment: input.environment }, input.limit),
});

export const sharedRollback = defineCommand({
  name: 'shared rollback',
  summary: 'Bring shared variables back to what they were after a change',
  role: 'developer',
  answers: 'channel',
  options: { project, change, environment },
  examples: ['shared rollback shop', 'shared rollback shop 41 --environment staging'],
  async run({ deps, user, origin }, input): Promise<Reply> {
    const of = { project: input.project, environment: input.environment };
    const { rollBackVariables } = await import('../../usecases/variables/roll-back-variables.ts');
    const back = await rollBackVariables(deps, { user, origin, of, change: input.change });
    return affectedReply(backText(back), back, backData(back));
  },
});

async function historyOf(deps: Deps, user: User, of: VariableOwner, most = 10): Promise<Reply> {
  const { readVariableHistory } = await import('../../usecases/variables/variable-history.ts');
  const { variableHistoryReply } = await import('../../replies/variable-history-reply.ts');
  const { changes, scope } = await readVariableHistory(deps, { user, of, limit: most });
  return variableHistoryReply(scope, changes);
}

function backText({ backTo, keys, left, removed }: RolledBack): string {
  const set = keys.filter((key) => !removed.includes(key));
  const parts = [
    ...(set.length > 0 ? [`set ${allOf(set)}`] : []),
    ...(removed.length > 0 ? [`removed ${allOf(removed)}`] : []),
  ];
  const when = backTo === 0 ? 'before the first change' : `after change ${backTo}`;
  const rest = left.length > 0 ? ` ${allOf(left)} stays: only \`db attach\` and \`db detach\` change it.` : '';
  return `The variables are as they were ${when}: ${parts.join(', ')}.${rest}`;
}

function backData({ backTo, keys, left, removed }: RolledBack) {
  return { backTo, set: keys.filter((key) => !removed.includes(key)), removed, left };
}
