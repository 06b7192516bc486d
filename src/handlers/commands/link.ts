import { userRoles } from '../../entities/user.ts';
import { ConflictError, UnauthenticatedError } from '../../errors.ts';
import { createLinkCode } from '../../usecases/people/link-codes.ts';
import { needsToken } from '../../usecases/origin.ts';
import { linkAccount } from '../../usecases/people/link-account.ts';
import { defineCommand } from '../command.ts';
import { choice, confidential, named, optional, text } from '../options.ts';
import { welcome } from './welcome.ts';

export const link = defineCommand({
  name: 'link',
  summary: 'Link your account with a one-time code, or create a code for another account or person',
  role: 'anyone',
  peopleOnly: true,
  answers: 'person',
  options: {
    code: confidential(optional(text('One-time code; without it, you get a code for another account of yours'))),
    invite: optional(named(choice('Create a code for a new person with this role', userRoles))),
  },
  examples: ['link 7K2M-XQ4T-9RBD-0VHC', 'link', 'link --invite developer'],
  async run({ deps, origin, user }, { code, invite }) {
    if (code !== undefined) {
      if (user && needsToken(origin)) throw new ConflictError(`Your token already belongs to \`${user.username}\`.`);
      const linked = await linkAccount(deps, { code, origin });
      return welcome(deps, linked, origin);
    }
    if (!user) throw new UnauthenticatedError('Enter your code: `link <code>`.');
    const made = await createLinkCode(deps, { user, invite, origin });
    return {
      tone: 'success',
      private: true,
      text: invite
        ? `A new person can type \`link ${made}\` within 24 hours to join as \`${invite}\`.`
        : `Type \`link ${made}\` from your other account within 15 minutes.`,
      data: { code: made },
    };
  },
});
