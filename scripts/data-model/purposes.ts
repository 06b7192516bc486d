interface Purpose {
  is: string;
  /** Not of the data model: a table that Shipmate adds. */
  own?: true;
  columns: Record<string, string>;
}

const id = 'Identifier';
const created = 'When the row was made';
const updated = 'When it was last changed through Shipmate';

/** What tables and columns are for; a test asks for one of each. */
export const purposes: Record<string, Purpose> = {
  users: {
    is: 'People who can manage applications and resources.',
    columns: {
      id,
      username: 'How people call each other',
      email: 'Address; `.invalid` for users who came from chat',
      password_hash: 'Bcrypt, cost 12; persons cannot read it',
      role: 'What they may do on the installation',
      preferences: 'Theme and such; `sso` is the platform of a linked account',
      created_at: created,
      updated_at: updated,
    },
  },
  teams: {
    is: 'Groups of users who share projects.',
    columns: {
      id,
      name: 'Unique name',
      description: 'What it is',
      settings: 'Settings of the team',
      created_at: created,
    },
  },
  team_members: {
    is: 'Who is in which team, and as what. A team keeps at least one owner.',
    columns: {
      id,
      user_id: 'The member',
      team_id: 'The team',
      role: 'What they may do in the projects of the team',
      joined_at: 'Since when',
    },
  },
  projects: {
    is: 'Applications and databases that belong together.',
    columns: {
      id,
      name: 'Part of the host names; unique on the installation by use case',
      description: 'What it is',
      owner_id: 'Whose it is',
      team_id: 'The team that shares it',
      metadata: 'Tags, labels and such',
      created_at: created,
      updated_at: updated,
    },
  },
  applications: {
    is: 'What is deployed as a Swarm service. Archived ones stay, with `deleted_at`.',
    columns: {
      id,
      project_id: 'Its project',
      name: 'Name within the project',
      type: 'Built from git, an image, or compose',
      status: 'How it is',
      source_type: 'Where it comes from',
      source_config: 'Repository, branch, build context, image',
      docker_config: 'Ports, health check, resources, placement',
      env_vars: 'Plain variables; secret ones are rows of `env_vars`',
      replicas: 'Tasks that are wanted',
      created_at: created,
      updated_at: updated,
      deleted_at: 'When it was archived',
    },
  },
  application_stats: {
    is: 'Materialized view: how many applications of each project are how. Refreshed every minute; persons read it through `app_application_stats()`.',
    columns: {
      project_id: 'The project',
      total_applications: 'All that are not archived',
      running: 'Of them running',
      stopped: 'Of them stopped',
      failed: 'Of them failed',
    },
  },
  git_sources: {
    is: 'The repository an application is built from.',
    columns: {
      id,
      application_id: 'The application',
      provider: 'The git host',
      repository: 'Path on the host; webhooks find it in any case of letters',
      branch: 'The branch that deploys',
      commit_sha: 'Latest deployed commit',
      webhook_config: 'Webhook secret and credentials, each a ciphertext',
    },
  },
  databases: {
    is: 'Databases that Shipmate runs for a project.',
    columns: {
      id,
      project_id: 'Its project',
      name: 'Name within the project',
      type: 'Which engine',
      status: 'How it is',
      version: 'Version of the engine',
      config: 'Settings of the engine',
      connection_string: 'A ciphertext; null until there are credentials',
      created_at: created,
    },
  },
  deployments: {
    is: 'One attempt to bring a version live; also the unit of the queue.',
    columns: {
      id,
      application_id: 'What was deployed',
      triggered_by: 'Who asked; null for a push by somebody unknown, or when the user is gone',
      status: 'How far it is, or how it ended',
      commit_sha: 'The commit, if built from git',
      logs: 'The log as text, once it has ended',
      metadata: 'Trigger, ref, image, durations, reason of a failure',
      started_at: 'When it was asked for',
      completed_at: 'When it ended',
    },
  },
  deployment_logs: {
    is: 'The log of a deployment, line by line while it runs.',
    columns: {
      id: 'In the order of writing',
      deployment_id: 'The deployment',
      level: 'How bad',
      message: 'The line, redacted',
      created_at: created,
    },
  },
  env_vars: {
    is: 'Variables of an application that are secret, or were.',
    columns: {
      id,
      application_id: 'The application',
      key: 'Name of the variable',
      value: 'A ciphertext when secret',
      is_secret: 'Whether it is masked and encrypted',
      created_at: created,
    },
  },
  volumes: {
    is: 'Storage that outlives tasks.',
    columns: {
      id,
      application_id: 'The application that mounts it',
      database_id: 'The database that uses it; at most one of the two',
      name: 'Name on the whole Swarm; Docker’s has a hash of its owner after it',
      type: 'Kind of storage',
      mount_path: 'Where the container finds it',
      size_gb: 'Size it is planned with; Docker does not enforce it',
      options: 'What its driver needs: NFS server and export, or the plugin',
      created_at: created,
    },
  },
  domains: {
    is: 'Host names and where they lead.',
    columns: {
      id,
      project_id: 'Its project',
      domain: 'The host name',
      target_type: 'What it leads to',
      target_id: 'Which one',
      tls_enabled: 'Whether it is served over HTTPS',
      created_at: created,
    },
  },
  certificates: {
    is: 'Certificates of domains.',
    columns: {
      id,
      domain_id: 'The domain',
      issuer: 'Who issued it',
      certificate: 'PEM, the whole chain',
      private_key: 'PEM as a ciphertext',
      expires_at: 'Until when it is valid',
      created_at: 'When it was issued',
    },
  },
  backups: {
    is: 'Backups of databases.',
    columns: {
      id,
      database_id: 'The database',
      type: 'Kind of backup',
      status: 'How far it is, or how it ended',
      storage_path: 'Where it lies',
      size_bytes: 'Size in bytes',
      created_at: 'When it was begun',
      completed_at: 'When it ended',
    },
  },
  audit_logs: {
    is: 'Who did what. Rows are added and never changed; a month goes with its partition.',
    columns: {
      id: 'In the order of writing',
      created_at: 'When',
      user_id: 'Who; null: the system, or somebody who is gone',
      action: 'What, e.g. `application.deploy`',
      resource_type: 'What it was done to',
      resource_id: 'Which one',
      details: 'What changed, `before` and `after`; no secrets',
      ip_address: 'From where, over HTTP',
      user_agent: 'By which program, over HTTP',
    },
  },
  api_tokens: {
    is: 'Bearer tokens of the HTTP API.',
    own: true,
    columns: {
      id,
      user_id: 'Whose it is',
      name: 'What it is for',
      token_hash: 'SHA-256 of the token',
      created_at: created,
      last_used_at: 'To the minute',
      revoked_at: 'Since when it is useless',
    },
  },
  chat_identities: {
    is: 'Accounts on chat platforms, tied to users.',
    own: true,
    columns: {
      id,
      user_id: 'The user',
      platform: 'The platform',
      workspace: 'Slack workspace, Discord guild; `local` for the console',
      account: 'The platform’s id of the account',
      created_at: created,
    },
  },
  chat_messages: {
    is: 'Where the live message of a deployment is.',
    own: true,
    columns: {
      id,
      deployment_id: 'The deployment',
      platform: 'The platform',
      channel: 'Its channel',
      message: 'The platform’s id of the message, once posted',
      finished_at: 'When the last state was shown',
      created_at: created,
    },
  },
  link_codes: {
    is: 'One-time codes that tie an account to a user.',
    own: true,
    columns: {
      id,
      code_hash: 'SHA-256 of the code',
      user_id: 'The user; null: a new one is made',
      role: 'Role of a new user',
      expires_at: 'Until when it is good',
      used_at: 'When it was used',
      created_at: created,
    },
  },
  webhook_deliveries: {
    is: 'Deliveries of webhooks, each stored once.',
    own: true,
    columns: {
      id,
      provider: 'The git host',
      delivery_id: 'The host’s id of the delivery',
      event: 'What happened',
      repository: 'Where',
      ref: 'Branch or tag',
      commit_sha: 'The commit that was pushed',
      outcome: 'What was answered',
      created_at: created,
    },
  },
};
