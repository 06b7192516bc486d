import { defineCommand } from '../command.ts';
import type { Origin } from '../../usecases/origin.ts';
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
        text: `Your account \`${origin.accountName}\` ${placeOf(origin)} isn’t linked yet. Link it with \`link <code>\`.`,
        data: null,
      };
    }
    return {
      tone: 'info',
      text: `You are \`${user.username}\`, role \`${user.role}\`, here as ${origin.accountName} (${signedInBy(origin)}). This is Shipmate ${version}.`,
      data: { id: user.id, username: user.username, role: user.role, version },
    };
  },
});

function placeOf({ local, platform }: Origin): string {
  return local ? 'on this machine' : `on ${platform}`;
}

/** Over HTTP nobody is somebody without a token; the socket needs none. */
function signedInBy({ local, platform }: Origin): string {
  if (local) return 'Unix socket';
  return platform === 'http' ? 'API token' : platform;
}
