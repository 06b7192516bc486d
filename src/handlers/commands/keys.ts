import { readKeyUse } from '../../usecases/encryption-keys/read-key-use.ts';
import { rotateKeys } from '../../usecases/encryption-keys/rotate-keys.ts';
import { defineCommand } from '../command.ts';
import type { Reply } from '../../replies/reply.ts';

const howToAdd =
  'To use a new key, put it before the current one (`SHIPMATE_SECRET_KEY=<new>,<current>`, or the same list in the ' +
  'key file), restart, and run `keys rotate`.';

export const keysShow = defineCommand({
  name: 'keys show',
  summary: 'Show which keys encrypt the stored secrets',
  role: 'super_admin',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps }): Promise<Reply> {
    const uses = await readKeyUse(deps);
    const { keyId } = deps.cipher;
    return {
      tone: 'info',
      title: `Secrets are encrypted with key ${keyId}`,
      text: uses.some((use) => use.keyId !== keyId)
        ? 'Older keys are still in use. Re-encrypt with the new one: `keys rotate`.'
        : howToAdd,
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
  summary: 'Re-encrypt every stored secret with the first key in SHIPMATE_SECRET_KEY',
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
          `${count} secrets are now encrypted with \`${rotation.keyId}\`, ${rotation.left} are not: a Shipmate instance that ` +
          'does not have this key wrote them in the meantime. Restart it with the new list, then run `keys rotate` again.',
        data,
      };
    }
    if (count === 0) {
      return { tone: 'info', text: `Every secret is already encrypted with \`${rotation.keyId}\`. ${howToAdd}`, data };
    }
    return {
      tone: 'success',
      text:
        `${count} secrets are now encrypted with \`${rotation.keyId}\`. ` +
        'Remove the old key from the list and restart. Keep that key with the backups made before today.',
      data,
    };
  },
});
