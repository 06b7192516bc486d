import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { readDuration } from '../../units/durations.ts';
import { setOrRemove } from './health-settings.ts';
import { joinList, splitList } from './list-value.ts';
import { wholeNumber } from './setting-checks.ts';
import type { Setting } from './setting-kinds.ts';

/** Unless an application says otherwise. */
export const previewDefaults = { max: 5, ttl: '7d' };

/** Settings of an application's previews. */
export const previewSettings: Record<string, Setting> = {
  previews: {
    summary: 'Whether each pull or merge request gets its own deployment: `on` or `off` (default)',
    example: 'on',
    get: ({ source }) => (source.previews ? 'on' : undefined),
    set({ source }, value) {
      if (value !== undefined && value !== 'on' && value !== 'off') {
        throw new UsageError(`previews: ${quoted(value)} is not \`on\` or \`off\`.`);
      }
      setOrRemove(source, 'previews', value === 'on' ? true : undefined);
    },
  },
  'previews-max': {
    summary: `Most previews at once; further requests wait for a place (default ${previewDefaults.max})`,
    example: '10',
    get: ({ source }) => source.previews_max?.toString(),
    set: ({ source }, value) =>
      setOrRemove(source, 'previews_max', value === undefined ? undefined : wholeNumber('previews-max', value, 1, 100)),
  },
  'previews-ttl': {
    summary: `A preview is removed when nothing has happened to it for so long (default ${previewDefaults.ttl})`,
    example: '3d',
    get: ({ source }) => source.previews_ttl,
    set: ({ source }, value) => setOrRemove(source, 'previews_ttl', value === undefined ? undefined : ttl(value)),
  },
  'previews-from': {
    summary:
      'Whose requests run without approval: `members` of the repository (default), or whoever pushes to its `branches`, ' +
      'bots too; only admins change it',
    example: 'branches',
    admin: true,
    get: ({ source }) => source.previews_from,
    set({ source }, value) {
      if (value !== undefined && value !== 'members' && value !== 'branches') {
        throw new UsageError(
          `previews-from: ${quoted(value)} is not \`members\` or \`branches\`. Requests from forks always need approval.`,
        );
      }
      setOrRemove(source, 'previews_from', value === 'branches' ? value : undefined);
    },
  },
  'previews-database': {
    summary:
      'Whether each preview gets throw-away databases in place of those attached: `none` (default), `empty`, or with the ' +
      'newest verified `backup`; only admins change it',
    example: 'empty',
    admin: true,
    get: ({ source }) => source.previews_database,
    set({ source }, value) {
      if (value !== undefined && value !== 'none' && value !== 'empty' && value !== 'backup') {
        throw new UsageError(`previews-database: ${quoted(value)} is not \`none\`, \`empty\` or \`backup\`.`);
      }
      setOrRemove(source, 'previews_database', value === 'none' ? undefined : value);
    },
  },
  'previews-env': {
    summary:
      'Variables of the application that previews by members get too, separated by commas; only admins change it',
    example: 'NPM_TOKEN,REGION',
    admin: true,
    get: ({ source }) => source.previews_env && joinList(source.previews_env),
    set: ({ source }, value) =>
      setOrRemove(source, 'previews_env', value === undefined ? undefined : variableNames(value)),
  },
};

function ttl(value: string): string {
  readDuration(value, { least: '1h', most: '365d', examples: ['12h', '3d'] }, 'previews-ttl');
  return value;
}

function variableNames(value: string): string[] {
  const names = splitList('previews-env', value);
  const wrong = names.find((name) => !/^[A-Z_][A-Z0-9_]{0,254}$/.test(name));
  if (wrong === undefined && names.length <= 100) return names;
  throw new UsageError(
    `previews-env: ${quoted(wrong ?? value)} cannot name a variable. Example: \`previews-env=NPM_TOKEN,REGION\`.`,
  );
}
