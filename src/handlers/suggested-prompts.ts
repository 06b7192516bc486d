import type { User, UserRole } from '../entities/user.ts';
import { firstPrompts, type Prompt } from '../replies/first-prompts.ts';
import { shortId } from '../replies/short-id.ts';
import { roleAtLeast } from '../usecases/access/roles.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import { readChannelDefault } from '../usecases/channels/channel-default.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Origin } from '../usecases/origin.ts';
import { readOverview } from '../usecases/overview/read-overview.ts';
import { identify } from '../usecases/people/identify.ts';

/** Slack's: so many are shown. */
const mostPrompts = 4;

/**
 * What a person may want to ask now, the most pressing first: a deployment of theirs that failed or is under way, the
 * application of the channel that they look at, what they may start. A press sends the line as if they had typed it, so
 * that none changes anything by itself: those of changes open a form.
 * @param seen Where the person is; its default application is looked up as they see it.
 */
export async function suggestedPrompts(
  deps: Pick<Deps, 'config' | 'database'>,
  origin: Origin,
  seen: Pick<Origin, 'channel' | 'platform'> = origin,
): Promise<Prompt[]> {
  const user = await identify(deps, origin);
  const prompts = user ? await promptsOf(deps, user, seen) : strangersPrompts;
  const lines = new Set<string>();
  return prompts.filter(({ line }) => !lines.has(line) && lines.add(line)).slice(0, mostPrompts);
}

const strangersPrompts: readonly Prompt[] = [
  { title: 'What can you do?', line: 'help' },
  { title: 'Who am I here?', line: 'whoami' },
];

async function promptsOf(
  deps: Pick<Deps, 'config' | 'database'>,
  user: User,
  seen: Pick<Origin, 'channel' | 'platform'>,
): Promise<Prompt[]> {
  const { ended, running } = await readOverview(deps, user, { each: 1, most: 1 });
  const here = (await readChannelDefault(deps, user, seen))?.application;
  const [last] = ended;
  const failed = last && last.status !== 'success' ? last : undefined;
  const may = (role: UserRole) => roleAtLeast(user.role, role);
  const [underWay] = running;
  return [
    ...(failed
      ? [{ title: `Why did ${applicationName(failed.application)} fail?`, line: `why ${shortId(failed.id)}` }]
      : []),
    ...(underWay ? [statusOf(applicationName(underWay.application))] : []),
    ...(here === undefined ? [] : [statusOf(here), { title: `Show the log of ${here}`, line: `logs ${here}` }]),
    { title: 'How are my applications?', line: 'status' },
    ...(may('developer') ? [{ title: 'Deploy an application', line: 'deploy' }] : []),
    ...(may('admin') ? [{ title: 'Create an application', line: 'app create' }] : []),
    ...firstPrompts,
  ];
}

function statusOf(application: string): Prompt {
  return { title: `How is ${application}?`, line: `status ${application}` };
}
