import { defineCommand } from '../command.ts';
import { version } from '../../version.ts';

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'Show your Shipmate user and role',
  role: 'anyone',
  reads: true,
  answers: 'person',
  options: {},
  async run({ user, origin }) {
    if (!user) {
      return {
        tone: 'warning',
        text: `Your account \`${origin.accountName}\` on ${origin.platform} isn’t linked yet. Link it with \`link <code>\`.`,
        data: null,
      };
    }
    return {
      tone: 'info',
      text: `You are \`${user.username}\`, role \`${user.role}\`, here as ${origin.accountName} (${origin.platform}). This is Shipmate ${version}.`,
      data: { id: user.id, username: user.username, role: user.role, version },
    };
  },
});
