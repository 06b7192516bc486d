import { readKeyUse } from '../../usecases/encryption-keys/read-key-use.ts';
import { rotateKeys } from '../../usecases/encryption-keys/rotate-keys.ts';
import { defineCommand } from '../command.ts';
import type { Reply } from '../../replies/reply.ts';

const howToAdd =
  'To use a new one, put it before the present one (`SHIPMATE_SECRET_KEY=<new>,<present>`, or the same list in the ' +
  'key file), restart, and say `keys rotate`.';

export const keysShow = defineCommand({
  name: 'keys show',
  summary: 'Show which keys the stored secrets are encrypted with',
  role: 'super_admin',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps }): Promise<Reply> {
    const uses = await readKeyUse(deps);
    const { keyId } = deps.cipher;
    return {
      tone: 'info',
      title: `Secrets are encrypted with the key ${keyId}`,
      text: uses.some((use) => use.keyId !== keyId) ? 'Others are still in use: `keys rotate`.' : howToAdd,
      table: {
        columns: ['Table', 'Key', 'Secrets'],
        rows: uses.map((use) => [use.table, use.keyId, `${use.secrets}`]),
      },
      data: { keyId, uses },
    };
  },
});

export const keysRotate = defineCommand({
  name: 'keys rotate',
  summary: 'Encrypt every stored secret anew with the first key of SHIPMATE_SECRET_KEY',
  role: 'super_admin',
  answers: 'channel',
  options: {},
  async run({ deps, user, origin }): Promise<Reply> {
    const rotation = await rotateKeys(deps, { user, origin });
    const count = Object.values(rotation.rewritten).reduce((sum, one) => sum + one, 0);
    const data = rotation;
    if (rotation.left > 0) {
      return {
        tone: 'warning',
        text:
          `${count} secrets are encrypted with \`${rotation.keyId}\` now, ${rotation.left} are not: a Shipmate that ` +
          'does not know this key wrote them meanwhile. Restart it with the new list, then `keys rotate` again.',
        data,
      };
    }
    if (count === 0) {
      return { tone: 'info', text: `Every secret is encrypted with \`${rotation.keyId}\` already. ${howToAdd}`, data };
    }
    return {
      tone: 'success',
      text:
        `${count} secrets are encrypted with \`${rotation.keyId}\` now. ` +
        'Take the old key out of the list and restart; keep it with the backups that were made before.',
      data,
    };
  },
});
