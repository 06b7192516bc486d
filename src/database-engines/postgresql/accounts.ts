import type { Accounts } from '../accounts.ts';
import type { Account } from '../engine-server.ts';
import type { SettingValue } from '../settings.ts';
import { handOver } from './hand-over.ts';
import { move, moveOwner, mover, prepareMove } from './move-accounts.ts';
import { beside, literal, ownPath, quoted } from './sql.ts';

const administrator = 'shipmate_admin';

/** What a server logs may go elsewhere: nothing of these statements does. Nor do they run what the application made. */
const unlogged = `set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';
set ${ownPath};
-- What the database has set, or refuses, is for others.
set default_transaction_read_only = off;
set session_replication_role = replica;
`;

/** Those that the application's account may not create itself; they stay when they are no longer listed. */
function createExtensions(listed: SettingValue | undefined): string[] {
  const extensions = listed === undefined ? [] : String(listed).split(',');
  return extensions.map((name) => `create extension if not exists ${quoted(name)} cascade;`);
}

/** Of a new server: a statement a line. */
export function firstAccounts({ database, password, user }: Account, extensions: SettingValue | undefined): string {
  return [
    `create role ${quoted(user)} login password ${literal(password)};`,
    `alter database ${quoted(database)} owner to ${quoted(user)};`,
    ...createExtensions(extensions),
    '',
  ].join('\n');
}

/**
 * The account, and what it could do with the roles of its server while it was a superuser. Its password is set once: an
 * application may have changed it.
 */
function wanted({ database, password, user }: Account): string {
  const name = literal(user);
  return `${unlogged}do $shipmate$ declare one name; begin
  if not exists (select from pg_roles where rolname = ${name}) then
    create role ${quoted(user)} login password ${literal(password)};
  end if;
  if (select rolsuper from pg_roles where rolname = ${name}) then alter role ${quoted(user)} nosuperuser; end if;
  if exists (select from pg_database where datname = ${literal(database)} and pg_get_userbyid(datdba) <> ${name}) then
    alter database ${quoted(database)} owner to ${quoted(user)};
  end if;
  for one in select rolname from pg_roles r where not rolsuper and rolname !~ '^pg_' and rolname <> ${name}
      and not pg_has_role(${name}, oid, 'member') and not pg_has_role(oid, ${name}, 'member') loop
    execute format('grant %I to %I', one, ${name});
  end loop;
end $shipmate$;
drop role if exists ${mover};
`;
}

/** $1 and $2: who administers, and the application's account. Each program costs a sign-in. */
const settling = `
sql() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --output=/dev/null "$@" </dev/null; }
everywhere() {
  psql --no-psqlrc --tuples-only --no-align \\
    --command='select datname from pg_database where datallowconn order by oid' </dev/null |
    while IFS= read -r name; do PGDATABASE=$name sql --file="$1" || exit; done
}
settle() { PGUSER=$administrator sql --file=/shipmate-accounts.sql; }
administrator=$1 account=$2
export PGUSER="$administrator" PGPASSWORD="$ADMINISTRATOR_PASSWORD"
tries=0
until pg_isready --quiet; do tries=$((tries + 1)); [ $tries -lt 30 ] || break; sleep 1; done
told=$(settle 2>&1) && exit
if sql --command='select 1' 2>/dev/null; then echo "$told" >&2; exit 1; fi
PGUSER=$account PGPASSWORD=$ACCOUNT_PASSWORD sql --file=/shipmate-prepare.sql || exit
PGUSER=${mover}
everywhere /shipmate-move-owner.sql && sql --file=/shipmate-move.sql && settle
`;

export const accounts: Accounts = {
  administrator,
  settle({ account, administrator: own, settings }, host) {
    const inDatabase = [
      wanted(account),
      `\\connect ${quoted(account.database)}\n`,
      unlogged,
      handOver(administrator, account.user),
      // Their place is the first schema of the path.
      'reset search_path;\n',
      ...createExtensions(settings['extensions']),
    ];
    return {
      command: ['sh', '-c', settling, 'sh', administrator, account.user],
      env: {
        PGHOST: host,
        PGDATABASE: beside(account.database),
        PGCONNECT_TIMEOUT: '20',
        PGOPTIONS: '-c client_min_messages=warning',
        ADMINISTRATOR_PASSWORD: own.password,
        ACCOUNT_PASSWORD: account.password,
      },
      files: {
        '/shipmate-prepare.sql': `${unlogged}${prepareMove(own.password)}`,
        '/shipmate-move-owner.sql': `${unlogged}${moveOwner(account.user)}`,
        '/shipmate-move.sql': `${unlogged}${move(account, own)}`,
        '/shipmate-accounts.sql': inDatabase.join(''),
      },
    };
  },
};
