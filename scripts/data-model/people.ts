import { attributes, check, indexes, type Statement } from './statement.ts';

const constraints = 'test/database/constraints.test.ts';

/** USER, TEAM, TEAM_MEMBER and PROJECT. */
export const people: Statement[] = [
  ...attributes('USER', 'users', [
    'id UUID',
    'username VARCHAR(255)',
    'email VARCHAR(255)',
    'password_hash VARCHAR(255) nullable',
    'role VARCHAR(50)',
    'preferences JSONB',
    'created_at TIMESTAMPTZ',
    'updated_at TIMESTAMPTZ',
  ]),
  check('USER', 'users', 'check_username_format', 'username matches ^[a-z0-9_-]{3,50}$'),
  check('USER', 'users', 'check_email_format', 'email is a valid address'),
  check('USER', 'users', 'check_user_role', 'role is one of super_admin, admin, developer, viewer'),
  {
    about: 'USER',
    says: 'password_hash is required unless using SSO',
    facts: [{ kind: 'check', table: 'users', name: 'check_password_or_sso' }],
    proof: ['test/database/resource-constraints.test.ts', `'check_password_or_sso'`],
    decision: 'A linked chat account counts as SSO: `preferences.sso` names the platform.',
  },
  ...indexes('USER', 'users', {
    'primary key on id': 'unique btree (id)',
    'unique index on username': 'unique btree (username)',
    'unique index on email': 'unique btree (email)',
    'index on role': 'btree (role)',
  }),
  ...attributes('TEAM', 'teams', [
    'id UUID',
    'name VARCHAR(255)',
    'description TEXT nullable',
    'settings JSONB',
    'created_at TIMESTAMPTZ',
  ]),
  check('TEAM', 'teams', 'check_team_name_length', 'name has 3 to 100 characters'),
  ...indexes('TEAM', 'teams', {
    'primary key on id': 'unique btree (id)',
    'name is unique within the platform': 'unique btree (name)',
  }),
  ...attributes('TEAM_MEMBER', 'team_members', [
    'id UUID',
    'user_id UUID',
    'team_id UUID',
    'role VARCHAR(50)',
    'joined_at TIMESTAMPTZ',
  ]),
  check('TEAM_MEMBER', 'team_members', 'check_team_member_role', 'role is one of owner, admin, member, viewer'),
  {
    about: 'TEAM_MEMBER',
    says: 'at least one owner per team',
    facts: [
      { kind: 'trigger', name: 'team_members.team_has_owner' },
      { kind: 'trigger', name: 'teams.team_has_owner' },
    ],
    proof: [constraints, `'team_has_owner'`],
    decision: 'Checked by a deferred constraint trigger at commit.',
  },
  ...indexes('TEAM_MEMBER', 'team_members', {
    'primary key on id': 'unique btree (id)',
    '(user_id, team_id) is unique': 'unique btree (user_id, team_id)',
    'index on team_id': 'btree (team_id)',
  }),
  ...attributes('PROJECT', 'projects', [
    'id UUID',
    'name VARCHAR(255)',
    'description TEXT nullable',
    'owner_id UUID',
    'team_id UUID nullable',
    'metadata JSONB',
    'created_at TIMESTAMPTZ',
    'updated_at TIMESTAMPTZ',
  ]),
  check('PROJECT', 'projects', 'check_project_name_length', 'name has 3 to 100 characters'),
  ...indexes('PROJECT', 'projects', {
    'primary key on id': 'unique btree (id)',
    'index on owner_id': 'btree (owner_id)',
    'index on team_id': 'btree (team_id)',
    '(owner_id, name) is unique': 'unique btree (owner_id, name)',
    'GIN index on metadata': 'gin (metadata)',
  }),
];
