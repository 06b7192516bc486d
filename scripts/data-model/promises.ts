import type { Fact, Proof, Statement } from './statement.ts';

const relationships = 'test/database/relationships.test.ts';
const security = 'test/database/row-level-security.test.ts';

function reference(table: string, column: string, parent: string, cascade: string): Fact {
  const definition = `FOREIGN KEY (${column}) REFERENCES ${parent}(id) ON DELETE ${cascade}`;
  return { kind: 'constraint', table, definition };
}

function relationship(says: string, facts: Fact[], words: string, decision?: string): Statement {
  return { about: 'Relationships', says, facts, proof: [relationships, words], ...(decision && { decision }) };
}

function promise(
  about: string,
  says: string,
  proof: Proof,
  more: Pick<Statement, 'facts' | 'decision'> = {},
): Statement {
  return { about, says, proof, ...more };
}

export const promises: Statement[] = [
  relationship(
    'USER owns PROJECT: CASCADE',
    [reference('projects', 'owner_id', 'users', 'CASCADE')],
    'the projects they own',
  ),
  relationship(
    'USER triggers DEPLOYMENT: SET NULL',
    [reference('deployments', 'triggered_by', 'users', 'SET NULL')],
    'a user keeps the deployments they triggered',
  ),
  relationship(
    'USER performs AUDIT_LOG: SET NULL',
    [reference('audit_logs', 'user_id', 'users', 'SET NULL')],
    'a user keeps the audit trail',
  ),
  relationship(
    'TEAM has TEAM_MEMBER: CASCADE',
    [reference('team_members', 'team_id', 'teams', 'CASCADE')],
    'its memberships',
  ),
  relationship(
    'TEAM manages PROJECT: SET NULL',
    [reference('projects', 'team_id', 'teams', 'SET NULL')],
    'a team keeps its projects',
  ),
  relationship(
    'PROJECT contains APPLICATION: CASCADE',
    [reference('applications', 'project_id', 'projects', 'CASCADE')],
    'its applications',
  ),
  relationship(
    'PROJECT contains DATABASE: CASCADE',
    [reference('databases', 'project_id', 'projects', 'CASCADE')],
    'its databases',
  ),
  relationship(
    'PROJECT uses DOMAIN: CASCADE',
    [reference('domains', 'project_id', 'projects', 'CASCADE')],
    'its domains',
  ),
  relationship(
    'APPLICATION has DEPLOYMENT: CASCADE',
    [reference('deployments', 'application_id', 'applications', 'CASCADE')],
    'its deployments',
  ),
  relationship(
    'APPLICATION configures ENV_VAR: CASCADE',
    [reference('env_vars', 'application_id', 'applications', 'CASCADE')],
    'its variables',
  ),
  relationship(
    'APPLICATION mounts VOLUME: RESTRICT',
    [
      reference('volumes', 'application_id', 'applications', 'RESTRICT'),
      { kind: 'check', table: 'volumes', name: 'check_volume_owner' },
    ],
    '%s is refused while it has a volume',
    'The model gives volumes no owner: `application_id` and `database_id` are nullable, at most one is set.',
  ),
  relationship(
    'DATABASE has BACKUP: CASCADE',
    [reference('backups', 'database_id', 'databases', 'CASCADE')],
    'its backups',
  ),
  relationship(
    'DATABASE uses VOLUME: RESTRICT',
    [reference('volumes', 'database_id', 'databases', 'RESTRICT')],
    '%s is refused while it has a volume',
  ),
  relationship(
    'DEPLOYMENT generates DEPLOYMENT_LOG: CASCADE',
    [reference('deployment_logs', 'deployment_id', 'deployments', 'CASCADE')],
    'its log',
  ),
  relationship(
    'DOMAIN secured_by CERTIFICATE: CASCADE',
    [reference('certificates', 'domain_id', 'domains', 'CASCADE')],
    'its certificates',
  ),
  relationship(
    'APPLICATION is sourced from one GIT_SOURCE',
    [reference('git_sources', 'application_id', 'applications', 'CASCADE')],
    'have one git source and one membership of each team',
  ),
  relationship(
    'USER and TEAM are joined by TEAM_MEMBER',
    [reference('team_members', 'user_id', 'users', 'CASCADE')],
    'have one git source and one membership of each team',
  ),
  promise(
    'Encryption',
    'users.password_hash: bcrypt, cost 12',
    ['test/handlers/commands/user.test.ts', 'is kept as bcrypt of cost 12, which persons cannot read'],
    { facts: [{ kind: 'check', table: 'users', name: 'check_password_hash_bcrypt' }] },
  ),
  promise(
    'Encryption',
    'env_vars.value when is_secret: AES-256-GCM',
    ['test/handlers/commands/env.test.ts', 'asks for a secret in private, encrypts it for its row and masks it'],
    { facts: [{ kind: 'check', table: 'env_vars', name: 'check_env_var_sealed' }] },
  ),
  promise(
    'Encryption',
    'certificates.private_key: AES-256-GCM',
    ['test/usecases/encryption-keys/rotate-keys.test.ts', 'encrypts every secret anew, so that the old key can go'],
    {
      facts: [{ kind: 'check', table: 'certificates', name: 'check_certificate_private_key_sealed' }],
      decision: 'PostgreSQL accepts only ciphertexts.',
    },
  ),
  promise(
    'Encryption',
    'databases.connection_string: AES-256-GCM',
    ['test/scripts/seed.test.ts', 'hold the connection string encrypted'],
    { facts: [{ kind: 'check', table: 'databases', name: 'check_db_connection_string_sealed' }] },
  ),
  promise(
    'Encryption',
    'all database connections use TLS (sslmode=require)',
    ['test/database/connect.test.ts', 'refuses a server elsewhere without TLS'],
    { decision: 'Except over loopback.' },
  ),
  promise('Encryption', 'API requests use HTTPS only', ['test/config.test.ts', 'needs nothing'], {
    decision: 'Shipmate listens on loopback and leaves TLS to a proxy before it; certificates come later.',
  }),
  promise(
    'Row-level security',
    'projects: seen by their owner and the members of their team',
    [security, '%s as %s: %s'],
    {
      facts: [{ kind: 'policy', table: 'projects', name: 'projects_select_policy', command: 'select' }],
      decision:
        'Also by super_admins. The same applies to every table that belongs to a project, for all four operations.',
    },
  ),
  promise('Row-level security', 'projects: deleted by their owner only', [security, '%s as %s: %s'], {
    facts: [{ kind: 'policy', table: 'projects', name: 'projects_delete_policy', command: 'delete' }],
    decision: 'Also by super_admins.',
  }),
  promise('Row-level security', 'who asks is app.user_id', [
    'test/database/connect.test.ts',
    'runs every transaction as a role that owns nothing, and says who asks',
  ]),
  promise(
    'Retention',
    'DEPLOYMENT 90 days: archived, metadata kept',
    ['test/usecases/retention/archive-deployments.test.ts', 'go into the archive after their period; the rows stay'],
    { decision: 'The log’s text is archived; the row stays and names its object.' },
  ),
  promise('Retention', 'DEPLOYMENT_LOG 30 days: deleted', [
    'test/usecases/retention/apply-retention.test.ts',
    'deletes the lines of live logs after 30 days, and no other',
  ]),
  promise(
    'Retention',
    'AUDIT_LOG 1 year: archived',
    ['test/usecases/retention/archive-audit.test.ts', 'goes into the archive month by month after a year'],
    { decision: 'Rows cannot be deleted, only a month’s partition.' },
  ),
  promise('Retention', 'BACKUP 7 daily, 4 weekly: rotated', [
    'test/usecases/backups/plan-rotation.test.ts',
    'keeps the newest of seven days and of four weeks',
  ]),
  promise('Retention', 'APPLICATION indefinite: soft delete', [
    'test/handlers/commands/project.test.ts',
    'archive removes the service and frees the name; its history stays',
  ]),
  promise(
    'Soft delete',
    'applications.deleted_at, null by default',
    ['test/handlers/commands/app-restore.test.ts', 'is left out of what people see, but not of the audit log'],
    {
      facts: [
        {
          kind: 'column',
          table: 'applications',
          column: 'deleted_at',
          type: 'timestamp with time zone',
          nullable: true,
        },
      ],
    },
  ),
  {
    about: 'Soft delete',
    says: 'idx_applications_active on applications(id) where deleted_at is null',
    facts: [{ kind: 'index', table: 'applications', definition: 'btree (id) where (deleted_at IS NULL)' }],
  },
  promise(
    'Soft delete',
    'soft_delete_application(uuid)',
    ['test/database/constraints.test.ts', 'an archived application'],
    {
      facts: [{ kind: 'function', name: 'soft_delete_application(app_id uuid)' }],
    },
  ),
  promise(
    'Migration',
    'versioned schema, applied in order',
    ['test/database/migrate.test.ts', 'lets one of several that start at once migrate'],
    { decision: 'MikroORM’s migrations, with a drift check, instead of Prisma Migrate.' },
  ),
  promise('Migration', 'a rollback for each migration', [
    'test/database/migrate.test.ts',
    'takes each step back and brings it again, and keeps the rows that were there before it',
  ]),
  promise(
    'Partitions',
    'audit_logs by month, made automatically',
    [
      'test/database/audit-partitions.test.ts',
      'makes this month and those ahead, once, also when two Shipmates do it at once',
    ],
    {
      facts: [{ kind: 'partitions', table: 'audit_logs', by: 'RANGE (created_at)', count: 1 }],
      decision: 'A default partition takes rows that fit no month, so no row is ever refused.',
    },
  ),
  {
    about: 'Partitions',
    says: 'deployment_logs by hash of deployment_id, four partitions',
    facts: [{ kind: 'partitions', table: 'deployment_logs', by: 'HASH (deployment_id)', count: 4 }],
    proof: ['test/database/audit-partitions.test.ts', 'lie in four partitions and go with their deployment'],
  },
  promise('Materialized view', 'application_stats: applications of each project by status, archived ones left out', [
    'test/jobs/refresh-application-stats.test.ts',
    'counts what is not archived, and status shows it',
  ]),
  {
    about: 'Materialized view',
    says: 'unique index on application_stats(project_id)',
    facts: [{ kind: 'index', table: 'application_stats', definition: 'unique btree (project_id)' }],
  },
  promise('Materialized view', 'refreshed concurrently', [
    'test/jobs/refresh-application-stats.test.ts',
    'is refreshed while others read it',
  ]),
  promise(
    'Sample data',
    'the sample rows',
    ['test/scripts/seed.test.ts', 'are loaded as the data model prints them, with ids that are UUIDs'],
    { decision: 'With ids that are UUIDs: letters after `f` became digits.' },
  ),
];
