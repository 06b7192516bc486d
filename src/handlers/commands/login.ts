import { UsageError } from '../../errors.ts';
import { signIn } from '../../usecases/people/sign-in.ts';
import { defineCommand } from '../command.ts';
import { secret, text } from '../options.ts';
import { welcome } from './welcome.ts';

export const login = defineCommand({
  name: 'login',
  summary: 'Sign in with your password, asked for in private; over HTTP this creates a token',
  role: 'anyone',
  peopleOnly: true,
  answers: 'person',
  options: { username: text('Your username'), password: secret('Your password') },
  examples: ['login ada --password'],
  async run({ deps, origin, user }, { username, password }) {
    if (user) throw new UsageError(`You are already signed in as \`${user.username}\`.`);
    if (password === undefined)
      throw new UsageError(
        `Add \`--password\`, and you are asked for it in private: \`login ${username} --password\`.`,
      );
    return welcome(deps, await signIn(deps, { username, password, origin }), origin);
  },
});
