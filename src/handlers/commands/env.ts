import { UsageError } from '../../errors.ts';
import { listEnv, makePlain, setEnv, unsetEnv } from '../../usecases/applications/env-vars.ts';
import { parseDotenv } from '../../usecases/applications/parse-dotenv.ts';
import { listPreviewEnv, setPreviewEnv, unsetPreviewEnv } from '../../usecases/previews/preview-variables.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { keyValuePair } from '../key-value-pair.ts';
import { defineCommand } from '../command.ts';
import { confidential, flag, many, rest, secret, text } from '../options.ts';
import type { Reply } from '../../replies/reply.ts';
import { allOf } from '../../word-lists.ts';

const app = text('Application', 'application');
const preview = flag('Of the previews of pull and merge requests, which get no others');

function variablesReply(name: string, keys: string[], what: string, forPreviews = false): Reply {
  const next = forPreviews
    ? `Previews get it with their next deployment, or with \`preview open ${name} <number>\`.`
    : `To apply it: \`redeploy ${name}\`.`;
  return {
    tone: 'success',
    text: `${what} ${allOf(keys)}. ${next}`,
    data: { application: name, keys },
  };
}

export const envList = defineCommand({
  name: 'env list',
  summary: 'List the variables of an application; secrets are masked',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app, preview },
  async run({ deps, user }, input) {
    const list = input.preview ? listPreviewEnv : listEnv;
    const { application, variables } = await list(deps, { user, application: input.app });
    const name = applicationName(application);
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
    return {
      tone: 'info',
      title: input.preview ? `Variables of the previews of ${name}` : `Variables of ${name}`,
      table: {
        columns: ['Key', 'Value'],
        rows: variables.map(({ forBuild, key, value }) => [key, value ?? (forBuild ? '•••••• (build)' : '••••••')]),
      },
      data: variables.map(({ forBuild, key, value }) => ({
        key,
        value: value ?? null,
        secret: value === undefined,
        build: forBuild,
      })),
    };
  },
});

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
    'env set shop/api API_URL=https://staging.example.com --preview',
  ],
  async run({ deps, user, origin }, { app: application, variables, secret, buildSecret, plain, preview: forPreviews }) {
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
      const made = await makePlain(deps, { user, application, keys: variables, origin });
      return variablesReply(applicationName(made), variables, 'Made plain');
    }
    const given =
      value === undefined ? Object.fromEntries(variables.map(keyValuePair)) : secretVariable(variables, value);
    const changedApp = await (forPreviews ? setPreviewEnv : setEnv)(deps, {
      user,
      application,
      variables: given,
      secret: value !== undefined,
      forBuild: buildSecret !== undefined,
      origin,
    });
    return variablesReply(
      applicationName(changedApp),
      Object.keys(given),
      value === undefined ? 'Set' : 'Stored the secret',
      forPreviews,
    );
  },
});

function secretVariable(variables: string[], value: string): Record<string, string> {
  const [key, ...more] = variables;
  if (key === undefined || more.length > 0)
    throw new UsageError('Set one secret at a time: `env set <app> KEY --secret`.');
  if (key.includes('=')) {
    throw new UsageError(
      'Leave the value out: `--secret` asks for it in private. Replace the secret if others saw what you typed.',
    );
  }
  return { [key]: value };
}

export const envUnset = defineCommand({
  name: 'env unset',
  summary: 'Remove variables',
  role: 'developer',
  answers: 'channel',
  options: { app, keys: many(text('Names of the variables', 'env-key')), preview },
  examples: ['env unset shop/api LOG_LEVEL'],
  async run({ deps, user, origin }, { app: application, keys, preview: forPreviews }) {
    const changedApp = await (forPreviews ? unsetPreviewEnv : unsetEnv)(deps, { user, application, keys, origin });
    return variablesReply(applicationName(changedApp), keys, 'Removed', forPreviews);
  },
});

export const envImport = defineCommand({
  name: 'env import',
  summary: 'Set variables from dotenv text; `--secret` keeps them all secret',
  role: 'developer',
  answers: 'channel',
  options: {
    app,
    secret: flag('Keep all of them secret; refused in a shared channel'),
    text: confidential(rest(text('Lines of KEY=VALUE'))),
  },
  examples: ['env import shop/api LOG_LEVEL=debug'],
  async run({ deps, user, origin }, { app: application, secret: secretly, text: dotenv }) {
    if (secretly && origin.shared) {
      throw new UsageError(
        'Others can read this channel. Set secrets one by one: `env set <app> KEY --secret` asks in private.',
      );
    }
    if (application.includes('=')) {
      throw new UsageError('Name the application before the variables: `env import <app> KEY=VALUE`.');
    }
    const variables = parseDotenv(dotenv);
    const changedApp = await setEnv(deps, { user, application, variables, secret: secretly, origin });
    return variablesReply(applicationName(changedApp), Object.keys(variables), secretly ? 'Stored the secrets' : 'Set');
  },
});
