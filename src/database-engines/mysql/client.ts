import type { ToolRun } from '../dump-tool.ts';

export const optionFile = '/shipmate-client.cnf';

/**
 * Images of MySQL and of MariaDB name the same programs differently. That of MariaDB would print the statement that failed,
 * a megabyte of rows, before it says why.
 */
const programs = `
first() { for name; do command -v "$name" && return; done; echo "the image has none of: $*" >&2; return 127; }
client=$(first mariadb mysql) || exit
sql() {
  "$client" --defaults-extra-file=${optionFile} --default-character-set=utf8mb4 --batch --skip-column-names \\
    --loose-skip-print-query-on-error "$@"
}
`;

/** An option file that signs in as root. */
export function rootOptions(host: string, password: string): string {
  return ['[client]', 'user=root', `password="${password}"`, `host=${host}`, 'protocol=tcp', ''].join('\n');
}

/** As root: others do not see routines and events, or may not write them. */
export function run(
  script: string,
  { host, password }: { host: string; password: string },
  ...more: string[]
): ToolRun {
  return {
    command: ['sh', '-c', `${programs}${script}`, 'sh', ...more],
    env: {},
    files: { [optionFile]: rootOptions(host, password) },
  };
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
