// npm run bench [-- --only process|intake|fanout|deployment|latency|visible|audit|retention|kills|builds|backups|moments|chat|discord|hosts|ingress|domains|viewers|rollouts|reachability|causes|previews]
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { benchAuditLog } from './audit-log.ts';
import { benchBackups } from './backups.ts';
import { benchBuilds } from './builds.ts';
import { benchChat } from './chat.ts';
import { benchDeploymentOverhead } from './deployment-overhead.ts';
import { benchDiscordLooks } from './discord-looks.ts';
import { benchDomains } from './domains.ts';
import { benchFailureCauses } from './failure-causes.ts';
import { benchGitHosts } from './git-hosts.ts';
import { benchIngress } from './ingress.ts';
import { benchLatency } from './latency.ts';
import { benchMoments } from './moments.ts';
import { benchPreviews } from './previews.ts';
import { benchProcess } from './process.ts';
import { benchPushFanOut } from './push-fan-out.ts';
import { benchReachability } from './reachability.ts';
import { benchRetention } from './retention.ts';
import { benchRolloutLooks } from './rollout-looks.ts';
import { benchRetentionKills } from './retention-kills.ts';
import { type Cell, printTable } from './support/table.ts';
import { benchViewers } from './viewers.ts';
import { benchVisibleApplications } from './visible-applications.ts';
import { benchWebhookIntake } from './webhook-intake.ts';
import { removeDeadRuns } from '../test/support/dead-runs.ts';
import { beginRun, endRun } from '../test/support/test-run.ts';

interface Benchmark {
  title: string;
  run(): Promise<object[]>;
}

const benchmarks: Record<string, Benchmark> = {
  process: { title: 'An idle Shipmate', run: async () => [await benchProcess()] },
  intake: { title: 'Accepted webhooks per second, beside a bare server with one INSERT', run: benchWebhookIntake },
  fanout: { title: 'Milliseconds of a push that feeds many applications, beside one', run: benchPushFanOut },
  deployment: {
    title: 'Seconds of a deployment, beside docker build and docker service update',
    run: benchDeploymentOverhead,
  },
  latency: { title: 'Milliseconds of commands as the tables grow', run: benchLatency },
  visible: {
    title: 'Milliseconds for people who see 100 and 10,000 applications of the same tables',
    run: benchVisibleApplications,
  },
  audit: { title: 'The audit log with partitions and without', run: benchAuditLog },
  retention: {
    title: 'Retention of deployments and their logs, while others write (milliseconds)',
    run: benchRetention,
  },
  kills: { title: 'Retention that is killed again and again while others write', run: benchRetentionKills },
  builds: { title: "Seconds of a build, beside Docker's own BuildKit client", run: benchBuilds },
  backups: { title: 'Backups of PostgreSQL, beside its tools in a pipe with restic', run: benchBackups },
  moments: { title: 'The log of a database that is restored to any moment', run: benchMoments },
  chat: { title: 'Slack: commands, and the live message', run: benchChat },
  discord: { title: 'Bytes of the edits of a live message in Discord', run: benchDiscordLooks },
  hosts: { title: 'What commit statuses cost', run: benchGitHosts },
  domains: { title: 'Domains: from the command to the first answer, memory, changes under load', run: benchDomains },
  rollouts: { title: 'What it costs Shipmate to follow an update, by the number of tasks', run: benchRolloutLooks },
  reachability: { title: 'Seconds that the check of the port adds to an update', run: benchReachability },
  causes: { title: 'Seconds from the first crash to the message that names the cause', run: benchFailureCauses },
  previews: { title: 'Seconds of a preview, beside a deployment of the same commit', run: benchPreviews },
  viewers: { title: 'Browsers that watch one live log, which has ten new lines a second', run: benchViewers },
  ingress: { title: 'What visitors notice of an update (milliseconds)', run: benchIngress },
};

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const results: Record<string, object[]> = {};
await removeDeadRuns();
await beginRun();
for (const [name, { title, run }] of Object.entries(benchmarks)) {
  if (only !== undefined && only !== name) continue;
  const rows = await run();
  printTable(
    title,
    rows.map((row) => ({ ...row }) as Record<string, Cell>),
  );
  results[name] = rows;
}
await endRun();
if (Object.keys(results).length === 0) throw new Error(`--only takes ${Object.keys(benchmarks).join(', ')}`);
const machine = { cores: cpus().length, node: process.version, date: new Date().toISOString().slice(0, 10) };
const file = new URL('results.json', import.meta.url);
const earlier = only === undefined ? {} : (JSON.parse(await readFile(file, 'utf8')) as object);
await writeFile(file, `${JSON.stringify({ ...earlier, machine, ...results }, null, 2)}\n`);
process.exit(0);
