/** Where ciphertexts are stored. Its identity for the `Cipher` is `<table>:<row's id>:<name>`. */
export interface SealedColumn {
  table: string;
  /** SQL of every secret in it: `id`, `name` and `secret`. */
  select: string;
  /** Replaces the secret `$4` of the row `$1` named `$2` by `$3`, and nothing if it has changed meanwhile. */
  update: string;
}

function column(table: string, name: string, where = `${name} is not null`): SealedColumn {
  return {
    table,
    select: `select id, '${name}' as name, ${name} as secret from ${table} where ${where}`,
    update: `update ${table} set ${name} = $3 where id = $1 and '${name}' = $2 and ${name} = $4`,
  };
}

/** Several columns of one table. */
function columns(table: string, names: string[]): SealedColumn {
  const changed = names.map((name) => `${name} = case when $2 = '${name}' then $3 else ${name} end`);
  const current = names.map((name) => `when '${name}' then ${name}`);
  return {
    table,
    select: names.map((name) => `select id, '${name}' as name, ${name} as secret from ${table}`).join(' union all '),
    update: `update ${table} set ${changed.join(', ')} where id = $1 and case $2 ${current.join(' ')} end = $4`,
  };
}

export const sealedColumns: readonly SealedColumn[] = [
  column('env_vars', 'value', 'is_secret'),
  column('preview_variables', 'value', 'is_secret'),
  column('shared_variables', 'value', 'is_secret'),
  column('changed_variables', 'before_value', `before_kind in ('secret', 'build')`),
  column('databases', 'connection_string'),
  column('certificates', 'private_key'),
  column('certificate_orders', 'private_key'),
  column('acme_accounts', 'private_key'),
  column('backup_stores', 'password'),
  columns('host_apps', ['client_secret', 'private_key', 'webhook_secret']),
  {
    table: 'assistant_requests',
    select: `select id, 'input' as name, input as secret from assistant_requests
      union all select id, 'answer', answer from assistant_requests where answer is not null`,
    update: `update assistant_requests set input = case when $2 = 'input' then $3 else input end,
      answer = case when $2 = 'answer' then $3 else answer end
      where id = $1 and case $2 when 'input' then input when 'answer' then answer end = $4`,
  },
  {
    table: 'git_sources',
    select: `select id, config.key as name, config.value as secret
      from git_sources, jsonb_each_text(webhook_config) config`,
    update: `update git_sources set webhook_config = jsonb_set(webhook_config, array[$2], to_jsonb($3::text))
      where id = $1 and webhook_config ->> $2 = $4`,
  },
];

/** SQL of how many secrets of every column were encrypted with which key: `table_name`, `key_id`, `secrets`. */
export const secretsByKey = sealedColumns
  .map(
    ({
      table,
      select,
    }) => `select '${table}' as table_name, split_part(secret, '.', 2) as key_id, count(*)::int as secrets
      from (${select}) stored group by key_id`,
  )
  .join(' union all ');
