import { userRoles } from '../../entities/user.ts';
import { UsageError } from '../../errors.ts';
import { setPassword } from '../../usecases/people/set-password.ts';
import { changeUserRole, createUser, deleteUser, listUsers, readUser } from '../../usecases/people/users.ts';
import { defineCommand } from '../command.ts';
import { choice, named, optional, secret, text } from '../options.ts';
import { setTimeZone } from '../../usecases/people/time-zone.ts';
import { formatDay, formatTime } from '../../units/times.ts';

const username = text('Username', 'user');

export const userList = defineCommand({
  name: 'user list',
  summary: 'List all users and their roles',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps, user }) {
    const users = await listUsers(deps, user);
    return {
      tone: 'info',
      title: 'Users',
      table: {
        columns: ['User', 'Role', 'E-mail'],
        rows: users.map(({ found, email }) => [found.username, found.role, email ?? '']),
      },
      data: users.map(({ found: { id, username: name, role }, email = null }) => ({ id, username: name, role, email })),
    };
  },
});

export const userShow = defineCommand({
  name: 'user show',
  summary: 'Show a user and the teams you share',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { username },
  async run({ deps, user }, input) {
    const { found, email, memberships } = await readUser(deps, user, input.username);
    return {
      tone: 'info',
      title: found.username,
      fields: [
        { name: 'Role', value: found.role },
        ...(email === undefined ? [] : [{ name: 'E-mail', value: email }]),
        { name: 'Since', value: formatDay(found.createdAt) },
      ],
      table: { columns: ['Team', 'Role'], rows: memberships.map((one) => [one.team.name, one.role]) },
      data: {
        id: found.id,
        username: found.username,
        role: found.role,
        email: email ?? null,
        teams: memberships.map((one) => ({ name: one.team.name, role: one.role })),
      },
    };
  },
});

export const userCreate = defineCommand({
  name: 'user create',
  summary: 'Create a user who signs in with a password instead of a linked chat account',
  role: 'admin',
  peopleOnly: true,
  answers: 'channel',
  options: {
    username: text('Username: 3 to 50 lower-case letters, digits, `_` or `-`'),
    email: text('E-mail address'),
    role: optional(named(choice('Role (default viewer)', userRoles))),
    password: secret('Password of the new user, at least 12 characters'),
  },
  examples: ['user create ada ada@example.com --role developer --password'],
  async run({ deps, user, origin }, { password, role = 'viewer', ...input }) {
    if (password === undefined) {
      throw new UsageError(
        'Add `--password`, and you are asked for it in private. To invite someone from chat, run `link --invite developer`.',
      );
    }
    const made = await createUser(deps, { ...input, role, password, user, origin });
    return {
      tone: 'success',
      text: `\`${made.username}\` is a \`${made.role}\` and signs in with \`login ${made.username} --password\`.`,
      data: { id: made.id, username: made.username, role: made.role },
    };
  },
});

export const userRole = defineCommand({
  name: 'user role',
  summary: 'Change someone’s role on this installation',
  role: 'super_admin',
  answers: 'channel',
  options: { username, role: choice('Role', userRoles) },
  examples: ['user role ada admin'],
  async run({ deps, user, origin }, input) {
    const found = await changeUserRole(deps, { ...input, user, origin });
    return {
      tone: 'success',
      text: `\`${found.username}\` is now \`${found.role}\`.`,
      data: { username: found.username, role: found.role },
    };
  },
});

export const userPassword = defineCommand({
  name: 'user password',
  summary: 'Set your own password, asked for in private',
  role: 'viewer',
  peopleOnly: true,
  answers: 'person',
  options: { password: secret('New password, at least 12 characters') },
  examples: ['user password --password'],
  async run({ deps, user, origin }, { password }) {
    if (password === undefined)
      throw new UsageError('Add `--password`, and you are asked for it in private: `user password --password`.');
    await setPassword(deps, { user, password, origin });
    return {
      tone: 'success',
      text: `Your password is set. To sign in elsewhere: \`login ${user.username} --password\`.`,
      data: { username: user.username },
    };
  },
});

export const userTimezone = defineCommand({
  name: 'user timezone',
  summary: 'Set your own time zone, for times such as `deploy --at`',
  role: 'viewer',
  answers: 'person',
  options: { zone: text('IANA time zone, e.g. `Europe/Berlin`') },
  examples: ['user timezone Europe/Berlin'],
  async run({ deps, user, origin }, { zone }) {
    await setTimeZone(deps, { user, zone, origin });
    return {
      tone: 'success',
      text: `Your time zone is ${zone}: it is \`${formatTime(new Date(), zone).slice(0, 16)}\` there.`,
      data: { username: user.username, zone },
    };
  },
});

export const userDelete = defineCommand({
  name: 'user delete',
  summary: 'Delete a user; their deployments and audit entries are kept',
  role: 'super_admin',
  answers: 'channel',
  options: { username },
  async run({ deps, user, origin }, input) {
    const found = await deleteUser(deps, { ...input, user, origin });
    return { tone: 'success', text: `\`${found.username}\` is deleted.`, data: { username: found.username } };
  },
});
