import { UsageError } from '../../errors.ts';
import { parseDotenv } from '../../usecases/applications/parse-dotenv.ts';
import type { ChangedVariables } from '../../usecases/variables/change-variables.ts';
import type { SharedOrigin } from '../../usecases/variables/list-variables.ts';
import { secretVariable } from './secret-variable.ts';
import { keyValuePair } from '../key-value-pair.ts';
import { defineCommand } from '../command.ts';
import { confidential, flag, inFile, many, rest, secret, text } from '../options.ts';
import type { Reply } from '../../replies/reply.ts';
import { allOf } from '../../word-lists.ts';

const app = text('Application', 'application');
const preview = flag('Of the previews of pull and merge requests, which get no others');

function variablesReply({ notShared, scope }: ChangedVariables, keys: string[], what: string): Reply {
  const { forPreviews, name, project } = scope;
  const next = forPreviews
    ? `Previews get it with their next deployment, or with \`preview open ${name} <number>\`.`
    : `To apply it: \`redeploy ${name}\`.`;
  return {
    tone: notShared.length > 0 ? 'warning' : 'success',
    text: [`${what} ${allOf(keys)}.`, ...notShared.map((one) => notSharedYet(one, project.name)), next].join(' '),
    data: { application: name, keys },
  };
}

/** Loaded on use, as a start does without it. */
function changing() {
  return import('../../usecases/variables/change-variables.ts');
}

/** The next deployment would refuse it. */
function notSharedYet({ hint, name }: ChangedVariables['notShared'][number], project: string): string {
  const set = `\`shared set ${project} ${name}=<value>\``;
  return [`\`\${shared.${name}}\` is not set yet.`, hint, `To set it: ${set}.`].filter(Boolean).join(' ');
}

export const envList = defineCommand({
  name: 'env list',
  summary: 'List the variables of an application; secrets are masked',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app, preview },
  async run({ deps, user }, input): Promise<Reply> {
    const of = { application: input.app, previews: input.preview };
    const { listVariables } = await import('../../usecases/variables/list-variables.ts');
    const { scope, variables } = await listVariables(deps, { user, of });
    const { name } = scope;
    if (variables.length === 0) {
      const [owner, option] = input.preview
        ? [`The previews of \`${name}\` have`, ' --preview']
        : [`\`${name}\` has`, ''];
      return {
        tone: 'info',
        text: `${owner} no variables. \`env set ${name} KEY=VALUE${option}\` sets one.`,
        data: [],
      };
    }
    const isShared = variables.some(({ shared }) => shared.length > 0);
    return {
      tone: 'info',
      title: input.preview ? `Variables of the previews of ${name}` : `Variables of ${name}`,
      table: {
        columns: ['Key', 'Value', ...(isShared ? ['From'] : [])],
        rows: variables.map(({ forBuild, key, shared, value }) => [
          key,
          value ?? (forBuild ? '•••••• (build)' : '••••••'),
          ...(isShared ? [shared.map((origin) => originOf(origin, scope.project.name)).join(', ')] : []),
        ]),
      },
      data: variables.map(({ forBuild, key, shared, value }) => ({
        key,
        value: value ?? null,
        secret: value === undefined,
        build: forBuild,
        ...(shared.length > 0 && { shared: shared.map(originData) }),
      })),
    };
  },
});

function originData({ environment, name, value }: SharedOrigin) {
  return { name, environment: environment ?? null, set: environment !== undefined, value: value ?? null };
}

/** `DB_HOST of shop: 10.0.0.5`. */
function originOf({ environment, name, value }: SharedOrigin, project: string): string {
  if (environment === undefined) return `${name}: not set`;
  const whose = environment === '' ? project : `${project}, ${environment}`;
  return `${name} of ${whose}: ${value ?? '••••••'}`;
}

export const envSet = defineCommand({
  name: 'env set',
  summary: 'Set variables; `--secret` asks for one value in private',
  role: 'developer',
  answers: 'channel',
  options: {
    app,
    variables: confidential(many(text('KEY=VALUE, or only the KEY with --secret'))),
    secret: secret('Value of the secret variable'),
    buildSecret: secret('Value of a secret that only builds get, as `RUN --mount=type=secret,id=KEY`'),
    plain: flag('Make a secret KEY a plain variable, which others can read'),
    preview,
  },
  form: ['app', 'variables', 'secret'],
  examples: [
    'env set shop/api LOG_LEVEL=debug GREETING="hello world"',
    'env set shop/api DATABASE_URL --secret',
    'env set shop/api NPM_TOKEN --build-secret',
    'env set shop/api REGION --plain',
    "env set shop/api 'DATABASE_URL=postgres://${shared.DB_HOST}/orders'",
    'env set shop/api API_URL=https://staging.example.com --preview',
  ],
  async run({ deps, user, origin }, { app: application, variables, secret, buildSecret, plain, preview: forPreviews }) {
    const { makePlain, setVariables } = await changing();
    const value = secret ?? buildSecret;
    if ([secret, buildSecret, plain || undefined].filter((one) => one !== undefined).length > 1) {
      throw new UsageError('Give one of `--secret`, `--build-secret` and `--plain`.');
    }
    if (plain && forPreviews) {
      throw new UsageError('Unset the secret first: `env unset <app> KEY --preview`. Then set its new value.');
    }
    if (plain) {
      if (variables.some((variable) => variable.includes('='))) {
        throw new UsageError('Give only the key: `env set <app> KEY --plain`. Then set its new value.');
      }
      const made = await makePlain(deps, { user, of: { application }, keys: variables, origin });
      return variablesReply(made, variables, 'Made plain');
    }
    const given =
      value === undefined
        ? Object.fromEntries(variables.map(keyValuePair))
        : secretVariable(variables, value, 'env set <app> KEY --secret');
    const changed = await setVariables(deps, {
      user,
      origin,
      of: { application, previews: forPreviews },
      variables: given,
      kind: buildSecret !== undefined ? 'build' : secret !== undefined ? 'secret' : 'plain',
    });
    const what = value === undefined ? 'Set' : 'Stored the secret';
    return variablesReply(changed, Object.keys(given), what);
  },
});

export const envUnset = defineCommand({
  name: 'env unset',
  summary: 'Remove variables',
  role: 'developer',
  answers: 'channel',
  options: { app, keys: many(text('Names of the variables', 'env-key')), preview },
  examples: ['env unset shop/api LOG_LEVEL'],
  async run({ deps, user, origin }, { app: application, keys, preview: forPreviews }) {
    const { unsetVariables } = await changing();
    const of = { application, previews: forPreviews };
    const changed = await unsetVariables(deps, { user, origin, of, keys });
    return variablesReply(changed, keys, 'Removed');
  },
});

export const envImport = defineCommand({
  name: 'env import',
  summary: 'Set variables from dotenv text; `--secret` keeps them all secret',
  role: 'developer',
  answers: 'channel',
  options: {
    app,
    secret: flag('Keep all of them secret; in a shared channel only by the form'),
    text: confidential(inFile(rest(text('Lines of KEY=VALUE')))),
  },
  form: ['app', 'secret', 'text'],
  examples: ['env import shop/api LOG_LEVEL=debug'],
  async run({ deps, user, origin }, { app: application, secret: secretly, text: dotenv }) {
    if (secretly && origin.shared && !origin.form) {
      throw new UsageError(
        'Others can read this channel. Set secrets one by one: `env set <app> KEY --secret` asks in private.',
      );
    }
    if (application.includes('=')) {
      throw new UsageError('Name the application before the variables: `env import <app> KEY=VALUE`.');
    }
    const variables = parseDotenv(dotenv);
    const { setVariables } = await changing();
    const kind = secretly ? 'secret' : 'plain';
    const changed = await setVariables(deps, { user, origin, of: { application }, variables, kind });
    return variablesReply(changed, Object.keys(variables), secretly ? 'Stored the secrets' : 'Set');
  },
});
