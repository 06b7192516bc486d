import { beside, literal, quoted, unseen } from './sql.ts';
import { dropSubscriptions } from './surroundings.ts';

/** Printed once the restored database is in place. */
const said = 'shipmate: in place';

/**
 * What psql reads behind a dump: the database that was filled takes the place of the other one. An input that breaks off
 * looks to psql like one that ends, so this comes only after the whole dump, and in the session that loaded it, since
 * another one needs another container.
 */
export function takePlace(names: { database: string; restoring: string; replaced: string }): {
  text: string;
  said: string;
} {
  const { database, replaced, restoring } = names;
  const name = quoted(database);
  const other = beside(database);
  const text = `
\\set ON_ERROR_STOP 1
\\connect ${name}
set default_transaction_read_only = off;
-- A database that has prepared transactions gives up neither its name nor its place, and they end with it.
select format('rollback prepared %L', gid) from pg_prepared_xacts where database = current_database() \\gexec
\\connect ${other}
-- With it everything before is on disk, which was loaded without waiting for that.
set synchronous_commit = on;
alter database ${name} allow_connections false;
-- Programs that watch every database of a server are in this one, too.
alter database ${restoring} allow_connections false;
select pg_terminate_backend(pid) from pg_stat_activity where datname in (${literal(database)}, ${literal(restoring)});
begin;
alter database ${name} rename to ${replaced};
alter database ${restoring} rename to ${name};
alter database ${name} allow_connections true;
commit;
\\echo ${literal(said)}
-- What cannot be cleaned up changes nothing of that.
\\unset ON_ERROR_STOP
alter database ${replaced} allow_connections true;
\\connect ${replaced}
set default_transaction_read_only = off;
${unseen(`${dropSubscriptions};`)}
`;
  return { text, said };
}
