/** What `shipmate --help` prints; at most 80 columns. */
export const help = `Usage: shipmate [--json] [--wait | --no-wait] <command line>
       shipmate serve                        run the server, without a console
       shipmate console                      talk to a running Shipmate
       shipmate mcp [--read] [...]           serve an assistant, see
                                             docs/assistants.md
       shipmate restore-self --help          restore Shipmate from its backup
       shipmate join-backup --help           a dump of what restic printed
       shipmate migrate --help               the database up, or down a version
       shipmate completion bash|zsh|fish     print a completion script
       shipmate install [--dry-run] [--env-file <path>] [NAME=value ...]
                                             make Shipmate a service of this
                                             machine, or upgrade it
       shipmate install --swarm [--replicas <n>] [--image <name>] [...]
                                             the same for the Swarm
       shipmate uninstall [--dry-run] [--purge]
       shipmate slack app create|update|check
                                             the Slack app, from its manifest

  --json         print the facts, or the problem (RFC 9457), as JSON
  --wait         follow a deployment, backup, restore or drill to its end
                 (default on a terminal)
  --file <path>  a file whose text belongs behind the line, at most 1 MiB:
                 shipmate env import shop/api --file .env
  -              as the last word: what is piped in instead of a file
  --version      print the version

SHIPMATE_URL (default http://127.0.0.1:8080) and SHIPMATE_TOKEN say whom to ask
and who you are. Without both, a Shipmate of this machine is asked over the
socket in its data folder (SHIPMATE_DATA_DIR, ./data, /var/lib/shipmate), as
your account on this machine.

Exit codes: 0 done, 1 failed, 2 not understood, 3 refused, 4 no server answers.
\`shipmate run\` ends as its command does.

\`shipmate help\` lists the commands.`;
