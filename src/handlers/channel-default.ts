import type { User } from '../entities/user.ts';
import { type Default, readChannelDefault } from '../usecases/channels/channel-default.ts';
import { roleAtLeast } from '../usecases/access/roles.ts';
import { pickableApplications } from '../usecases/overview/pickable-applications.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Origin } from '../usecases/origin.ts';
import { positionals } from './command-usage.ts';
import { type CommandRequest, type KnownRequest, readRequest } from './command-request.ts';
import type { Command } from './command.ts';
import { flagName } from './options.ts';
import { quoteWord } from './write-line.ts';

/** Stands for the channel's default application: `deploy here v2`. */
export const hereWord = 'here';

/**
 * The request with the channel's default application, where it is about one and names none; `api` is the project's
 * where the default is a project. The request itself where nothing is to be added.
 */
export async function withChannelDefault(
  deps: Pick<Deps, 'database'>,
  commands: readonly Command[],
  request: CommandRequest,
  { origin, user }: { origin: Origin; user: User | undefined },
): Promise<CommandRequest> {
  if (!user || !request.command || !isAboutApplication(request)) return request;
  const at = firstPlaced(request);
  const given = at === undefined ? undefined : request.words[at]?.text;
  if (given?.includes('/')) return request;
  const found = await readChannelDefault(deps, user, origin);
  const words = found && wordsWith(request, found, at, given);
  if (!words) return request;
  return readRequest(commands, { line: [request.command.name, ...words.map(quoteWord)].join(' ') });
}

function wordsWith(
  { words }: KnownRequest,
  { application, project }: Default,
  at: number | undefined,
  given: string | undefined,
): string[] | undefined {
  const texts = words.map(({ text }) => text);
  if (at === undefined) return application === undefined ? undefined : [application, ...texts];
  if (application !== undefined) return given === hereWord ? texts.with(at, application) : undefined;
  if (given === undefined) return undefined;
  return texts.with(at, `${project}/${given}`);
}

/** Its first positional option, and no other, names an application that it cannot do without. */
export function isAboutApplication({ command }: CommandRequest): boolean {
  if (!command) return false;
  const [first, ...others] = positionals(command).map(([, option]) => option);
  if (first?.completes !== 'application' || !first.required) return false;
  return others.every(({ completes }) => completes !== 'application');
}

/** Where the first word is that is no option, nor the value of one. */
function firstPlaced({ command, words }: KnownRequest): number | undefined {
  const valued = Object.entries(command.options)
    .filter(([, { kind, named }]) => named && kind !== 'flag' && kind !== 'secret')
    .map(([key]) => flagName(key));
  const at = words.findIndex(
    ({ text }, index) => !text.startsWith('-') && !valued.includes(words[index - 1]?.text ?? ''),
  );
  return at === -1 ? undefined : at;
}

/** The applications that the command offers when it is given alone; of the channel's project, where it has one. */
export async function offeredApplications(
  deps: Pick<Deps, 'database'>,
  { command, words }: CommandRequest,
  { origin, user }: { origin: Origin; user: User | undefined },
): Promise<string[]> {
  if (!user || !command?.offers || words.length > 0 || !mayRun(command, user)) return [];
  const { project } = (await readChannelDefault(deps, user, origin)) ?? {};
  return pickableApplications(deps, user, { offered: command.offers, project });
}

function mayRun({ role }: Command, user: User): boolean {
  return role === 'anyone' || roleAtLeast(user.role, role);
}
