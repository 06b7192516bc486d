import { userRoles } from '../../entities/user.ts';
import { ConflictError, UnauthenticatedError } from '../../errors.ts';
import { createLinkCode } from '../../usecases/people/link-codes.ts';
import { linkAccount } from '../../usecases/people/link-account.ts';
import { defineCommand } from '../command.ts';
import { choice, confidential, named, optional, text } from '../options.ts';
import { welcome } from './welcome.ts';

export const link = defineCommand({
  name: 'link',
  summary: 'Link your account with a one-time code, or make a code for another account or person',
  role: 'anyone',
  answers: 'person',
  options: {
    code: confidential(optional(text('One-time code; left out, you get one for another account of yours'))),
    invite: optional(named(choice('Makes a code for a new person with this role', userRoles))),
  },
  examples: ['link 7K2M-XQ4T-9RBD-0VHC', 'link', 'link --invite developer'],
  async run({ deps, origin, user }, { code, invite }) {
    if (code !== undefined) {
      if (user && origin.platform === 'http') throw new ConflictError(`Your token is \`${user.username}\`’s already.`);
      const linked = await linkAccount(deps, { code, origin });
      return welcome(deps, linked, origin);
    }
    if (!user) throw new UnauthenticatedError('Give the code you were shown: `link <code>`.');
    const made = await createLinkCode(deps, { user, invite, origin });
    return {
      tone: 'success',
      private: true,
      text: invite
        ? `Within 24 hours, a new person can type \`link ${made}\` and will be a \`${invite}\`.`
        : `Within 15 minutes, type \`link ${made}\` where your other account is.`,
      data: { code: made },
    };
  },
});
