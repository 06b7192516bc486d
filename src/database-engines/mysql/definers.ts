/** Rights that may be given on a whole database. */
const rights =
  `select, insert, update, delete, create, drop, references, index, alter, execute, event, trigger, lock tables,
  create temporary tables, create view, show view, create routine, alter routine`
    .split(',')
    .map((right) => `'${right.trim()}'`)
    .join(', ');

const definers = `select distinct definer from (
    select definer from information_schema.views where table_schema = database()
    union select definer from information_schema.routines where routine_schema = database()
    union select definer from information_schema.triggers where trigger_schema = database()
    union select definer from information_schema.events where event_schema = database()) as found
  where definer not regexp '^(root@|mysql[.]|mariadb[.])'`;

/** `ada@%` → `ada` and `%`; a name may hold `@`. A role of MariaDB has no host. */
const parts = `select left(definer, char_length(definer) - char_length(substring_index(definer, '@', -1)) - 1) as user,
    substring_index(definer, '@', -1) as host from (${definers}) as d`;

/** As the rights name them, where quotes in a name are as they are, and as statements do. */
const grantees = `select host = '' as is_role, concat('''', user, '''@''', host, '''') as grantee,
    concat('''', replace(user, '''', ''''''), '''', if(host = '', '', concat('@''', host, ''''))) as name from (${parts}) as p`;

/**
 * Statements that make the accounts that views, routines, triggers and events run as: a server that lacks one refuses
 * whatever uses them, and writing to a table that has such a trigger. They have no password and are locked, and have the
 * rights on the database that they have there or on all databases.
 */
export const withDefiners = `select if(is_role, concat('create role if not exists ', name, ';'),
    concat('create user if not exists ', name, ' account lock;')) from (${grantees}) as own
  union all select concat('grant ', group_concat(distinct lower(privilege_type) order by 1 separator ', '), ' on \`',
    replace(database(), '\`', '\`\`'), '\`.* to ', own.name, ';')
  from (select grantee, privilege_type from information_schema.user_privileges
    union select grantee, privilege_type from information_schema.schema_privileges where table_schema = database()) as p
  join (${grantees}) as own on own.grantee = p.grantee where lower(privilege_type) in (${rights}) group by own.name`;
