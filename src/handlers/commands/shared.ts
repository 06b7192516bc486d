import { UsageError } from '../../errors.ts';
import type { Reply } from '../../replies/reply.ts';
import { allOf } from '../../word-lists.ts';
import { defineCommand } from '../command.ts';
import { keyValuePair } from '../key-value-pair.ts';
import { confidential, many, named, optional, secret, text } from '../options.ts';
import { affectedReply } from './affected-reply.ts';
import { secretVariable } from './secret-variable.ts';

const project = text('Project', 'project');
const environment = optional(
  named(text('Only for the applications with this `environment` (`preview`: previews), before those of the project')),
);

export const sharedList = defineCommand({
  name: 'shared list',
  summary: 'List shared variables and the applications that refer to them; secrets are masked',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { project, environment },
  async run({ deps, user }, of): Promise<Reply> {
    const { listShared } = await import('../../usecases/variables/list-variables.ts');
    const { scope, variables } = await listShared(deps, { user, of });
    if (variables.length === 0) {
      const text =
        `\`${scope.name}\` shares no variables. \`shared set ${scope.name} KEY=VALUE\` sets one, and applications refer to it ` +
        'as `${shared.KEY}`.';
      return { tone: 'info', text, data: [] };
    }
    return {
      tone: 'info',
      title: `Shared variables of ${scope.name}`,
      table: {
        columns: ['Key', 'Value', 'Environment', 'Used by'],
        rows: variables.map((one) => [one.key, one.value ?? '••••••', one.environment || 'all', one.usedBy.join(', ')]),
      },
      data: variables.map(({ environment: of_, key, usedBy, value }) => ({
        key,
        value: value ?? null,
        secret: value === undefined,
        environment: of_ === '' ? null : of_,
        usedBy,
      })),
    };
  },
});

export const sharedSet = defineCommand({
  name: 'shared set',
  summary: 'Share variables, referred to as `${shared.KEY}`; `--secret` asks for one value in private',
  role: 'developer',
  answers: 'channel',
  options: {
    project,
    variables: confidential(many(text('KEY=VALUE, or only the KEY with --secret'))),
    secret: secret('Value of the secret variable'),
    environment,
  },
  form: ['project', 'variables', 'secret'],
  examples: [
    'shared set shop DB_HOST=10.0.0.5',
    'shared set shop DB_HOST=10.0.1.5 --environment staging',
    'shared set shop SMTP_PASSWORD --secret',
  ],
  async run({ deps, user, origin }, { environment: of, project: name, secret: value, variables }): Promise<Reply> {
    const given =
      value === undefined
        ? Object.fromEntries(variables.map(keyValuePair))
        : secretVariable(variables, value, 'shared set <project> KEY --secret');
    const { setVariables } = await import('../../usecases/variables/change-variables.ts');
    const changed = await setVariables(deps, {
      user,
      origin,
      of: { project: name, environment: of },
      variables: given,
      kind: value === undefined ? 'plain' : 'secret',
    });
    const what = value === undefined ? 'Shared' : 'Stored the shared secret';
    return affectedReply(`${what} ${allOf(changed.keys)}.`, changed, { keys: changed.keys });
  },
});

export const sharedUnset = defineCommand({
  name: 'shared unset',
  summary: 'Stop sharing variables that no application refers to',
  role: 'developer',
  answers: 'channel',
  options: { project, keys: many(text('Names of the variables')), environment },
  examples: ['shared unset shop DB_HOST', 'shared unset shop DB_HOST --environment staging'],
  async run({ deps, user, origin }, { environment: of, keys, project: name }): Promise<Reply> {
    if (keys.some((key) => key.includes('=')))
      throw new UsageError('Give only the names: `shared unset <project> KEY`.');
    const { unsetVariables } = await import('../../usecases/variables/change-variables.ts');
    const changed = await unsetVariables(deps, { user, origin, of: { project: name, environment: of }, keys });
    return affectedReply(`No longer shared: ${allOf(keys)}.`, changed, { keys });
  },
});
