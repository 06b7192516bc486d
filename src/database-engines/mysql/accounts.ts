import type { Accounts } from '../accounts.ts';
import { quoted, rootOptions, run } from './client.ts';

const formerOptions = '/shipmate-former.cnf';
const passwordFile = '/shipmate-password';
const accountFile = '/shipmate-accounts.sql';

/** Servers once had one password for root and the application. The host of this session comes last: it tells. */
const settling = `
former() { "$client" --defaults-extra-file=${formerOptions} --batch --skip-column-names "$@"; }
change() {
  hosts=$(former --execute="select host from mysql.user where user = 'root' order by host = '%'") || exit
  password=$(cat ${passwordFile})
  for host in $hosts; do printf "alter user 'root'@'%s' identified by '%s';\\n" "$host" "$password"; done | former
}
tries=0
until told=$(sql --execute='do 0' 2>&1); do
  case $told in *'ERROR 1045'*) change || exit ;; esac
  tries=$((tries + 1))
  if [ $tries -ge 30 ]; then echo "$told" >&2; exit 1; fi
  case $told in *'ERROR 1045'*) ;; *) sleep 1 ;; esac
done
sql <${accountFile}
`;

export const accounts: Accounts = {
  administrator: 'root',
  settle({ account, administrator }, host) {
    const tool = run(settling, { host, password: administrator.password });
    const name = `'${account.user}'@'%'`;
    const files = {
      ...tool.files,
      [formerOptions]: rootOptions(host, account.password),
      [passwordFile]: administrator.password,
      [accountFile]: [
        `create user if not exists ${name} identified by '${account.password}';`,
        `grant all on ${quoted(account.database)}.* to ${name};`,
        '',
      ].join('\n'),
    };
    return { ...tool, files };
  },
};
