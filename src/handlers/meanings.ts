import type { User } from '../entities/user.ts';
import type { Action, Reply } from '../replies/reply.ts';
import { roleAtLeast } from '../usecases/access/roles.ts';
import type { Deps } from '../usecases/deps.ts';
import { visibleNames } from '../usecases/overview/visible-names.ts';
import type { Command } from './command.ts';
import { type Meaning, type Meanings, understand } from './understand.ts';

/** What a sentence may mean for this person: the commands that they may run, and the applications that they see. */
export async function meaningsOf(
  deps: Pick<Deps, 'database'>,
  commands: readonly Command[],
  sentence: string,
  user: User | undefined,
): Promise<Meanings> {
  const mine = commands.filter(({ role }) => role === 'anyone' || (user && roleAtLeast(user.role, role)));
  return understand(mine, sentence, user ? await visibleNames(deps, user, 'application') : []);
}

/** The question back: whatever changes something runs only at a press. */
export function didYouMeanReply(nearest: readonly Meaning[]): Reply {
  const [first, ...others] = nearest.map(({ line }) => `\`${line}\``);
  const text = others.length === 0 ? `Did you mean ${first ?? ''}?` : 'Did you mean one of these?';
  return { tone: 'info', text: `That is no command. ${text}`, actions: nearest.map(actionOf) };
}

function actionOf({ command, form, line }: Meaning): Action {
  return {
    label: line,
    command: line,
    ...(form && { form: true }),
    ...(!form && !command.reads && { confirm: `${command.summary}: ${line}` }),
  };
}
