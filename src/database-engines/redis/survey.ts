import type { DatabaseLogin, ToolRun } from '../dump-tool.ts';
import { run } from './client.ts';
import { healthUser } from './server.ts';

/** Users that the configuration of every server has. */
const own = ['default', healthUser];

/**
 * A server has its configuration from Shipmate each time that it starts: what was changed since ends with its task. Redis
 * counts how often, not what.
 */
const surveying = `
ask() { "$@"; }
users=$(ask "$@" acl users) || exit
echo "$users" | grep -vxE '${own.join('|')}' | {
  count=0 names=
  while IFS= read -r name; do
    count=$((count + 1))
    if [ $count -le 5 ]; then names="$names\${names:+, }$name"; fi
  done
  [ $count -eq 0 ] || printf 'users of the access control list, which end with any restart\\t%s\\t%s\\n' $count "$names"
}
changes=$(ask "$@" info commandstats | sed -n 's/^cmdstat_config|set:calls=\\([0-9]*\\),.*/\\1/p')
[ -z "$changes" ] || printf 'changes by config set, which end with any restart\\t%s\\t\\n' "$changes"
modules=$(ask "$@" module list | sed -n '/^name$/{n;p;}')
[ -z "$modules" ] || printf 'modules, which a server needs to read the backup\\t%s\\t%s\\n' \\
  "$(echo "$modules" | wc -l)" "$(echo "$modules" | head -n 5 | tr '\\n' ' ')"
`;

export function survey(login: DatabaseLogin): ToolRun {
  const tool = run(login);
  return { ...tool, command: ['sh', '-c', surveying, 'sh', ...tool.command] };
}
