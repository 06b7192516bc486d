import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAcme } from './acme/acme.ts';
import { createArchive } from './archive/create-archive.ts';
import { resticStore } from './backup-store/restic.ts';
import type { Bot } from './bots/bot.ts';
import type { ConsoleBot, ConsoleOptions } from './bots/console/console.ts';
import { createNotifier } from './bots/notifier.ts';
import { createReporter } from './bots/reporter.ts';
import type { Config } from './config.ts';
import { chatIds } from './config-chat-platforms.ts';
import { connectDatabase } from './database/connect.ts';
import { shareConnections } from './config-connections.ts';
import { advisoryLeases } from './database/lease.ts';
import { createLeaseLosses, type LeaseLosses } from './database/lease-losses.ts';
import { version } from './version.ts';
import { migrate } from './database/migrate.ts';
import { readInstallation } from './database/installation.ts';
import { ensureAuditPartitions } from './database/audit-partitions.ts';
import { appClients } from './git-hosts/app-clients.ts';
import { clientLibraries } from './git-hosts/client-libraries.ts';
import { createGit } from './git/git-cli.ts';
import type { Dispatcher } from './handlers/dispatch.ts';
import { createHttp } from './handlers/http/http.ts';
import { measureDeployments } from './handlers/http/deployment-times.ts';
import { measureLoopDelay } from './handlers/http/loop-delay.ts';
import type { Reply } from './replies/reply.ts';
import { openResolver } from './host/resolver.ts';
import { createIngress } from './ingress/caddy.ts';
import { relayFolder } from './local-socket.ts';
import { swarmCaddy } from './ingress/swarm-caddy.ts';
import { swarmGateways } from './ingress/swarm-gateways.ts';
import { jobs } from './jobs/index.ts';
import { startScheduler } from './jobs/scheduler.ts';
import type { Logger } from './logger.ts';
import { type OnUse, onUse } from './on-use.ts';
import { pgBossQueue } from './queue/pg-boss.ts';
import { createCipher } from './secrets/aes-gcm.ts';
import { loadKeys } from './secrets/key-file.ts';
import { verifyKeys } from './secrets/verify-keys.ts';
import type { Storage } from './storage.ts';
import { registryCredentials } from './swarm/images/credentials.ts';
import { connectDocker, dockerSwarm } from './swarm/dockerode.ts';
import { ingressEngine } from './swarm/ingress/ingress-engine.ts';
import { oneShots } from './swarm/containers/one-shots.ts';
import type { Deps } from './usecases/deps.ts';
import { createAppTokens } from './usecases/host-apps/installation-tokens.ts';
import { createOutputs, type Outputs } from './usecases/output/outputs.ts';
import { ensureFirstLinkCode } from './usecases/people/link-codes.ts';
import { recover } from './usecases/deployments/run/recover.ts';
import { createDeploymentWorker } from './usecases/deployments/run/deployment-worker.ts';
import type { Traces } from './tracing/traces.ts';
import { startWatches } from './watches.ts';

export interface App {
  /** Where it listens and how to begin; the console has said it already. */
  greeting: Reply;
  /** Resolves when the person at the console leaves. */
  left: Promise<void> | undefined;
  /** Takes no more work, finishes or hands back what runs, and closes everything. */
  stop(): Promise<void>;
}

export interface AppOptions {
  /** Opens the console bot on these streams. */
  console?: Pick<ConsoleOptions, 'input' | 'output'>;
}

/**
 * Wires Shipmate together and starts it; what was started is closed again when a later part fails, and `storage` with
 * it.
 */
export async function startApp(
  config: Config,
  logger: Logger,
  storage: Storage,
  options: AppOptions = {},
): Promise<App> {
  await using opened = new AsyncDisposableStack();
  opened.defer(() => storage.close());
  const leaseLosses = createLeaseLosses(logger);
  const deps = await openDeps(config, logger, { ...storage, leaseLosses }, opened);
  const dispatcher = onUse(() => openDispatcher(deps));
  const times = measureDeployments();
  const worker = await createDeploymentWorker(deps, times.ended);
  opened.defer(() => worker.close());
  await recover(deps);
  await deps.queue.work(worker, config.deployments.concurrency);
  const scheduler = await startScheduler(deps, jobs);
  opened.defer(() => deps.queue.stop(config.deployments.stopGraceMs));
  opened.defer(() => scheduler.stop());
  await startWatches(deps, opened);
  const greeting = welcomeReply(config.publicUrl, await ensureFirstLinkCode(deps));
  const stopping = new AbortController();
  const outputs = createOutputs(deps, stopping.signal);
  const console = options.console && (await consoleBot(deps, { ...options.console, dispatcher, outputs, greeting }));
  const bots = [...(console ? [console] : []), ...(await chatBots(deps, dispatcher))];
  const loopDelay = measureLoopDelay();
  opened.defer(() => loopDelay.stop());
  const parts = {
    chats: bots,
    stopping: stopping.signal,
    outputs,
    runs: scheduler.counts,
    loopDelay,
    leaseLosses,
    times,
  };
  const handler = createHttp(deps, dispatcher, parts);
  const { listenEverywhere } = await import('./listeners.ts');
  await listenEverywhere(handler, config, opened);
  opened.defer(() => stopping.abort());
  await startBots(deps, bots, opened);
  const { joinReplicas } = await import('./usecases/replicas/join-replicas.ts');
  const replica = await joinReplicas(deps);
  opened.defer(() => replica.leave());
  if (console) {
    const { tellRefusedTokens } = await import('./bots/tell-refused-tokens.ts');
    opened.defer(tellRefusedTokens(bots, (reply) => console.say(reply)));
    const { tellFillingDisks } = await import('./bots/tell-filling-disks.ts');
    opened.defer(tellFillingDisks(deps, (reply) => console.say(reply)));
  }
  const { publicUrlWarnings } = await import('./usecases/connections/public-url-warnings.ts');
  for (const why of await publicUrlWarnings(deps, bots)) logger.warn({ url: config.publicUrl }, why);
  logger.info({ url: config.publicUrl, version }, 'shipmate is ready');
  const { ensureOwnDomain } = await import('./usecases/domains/own-domain.ts');
  await ensureOwnDomain(deps);
  await scheduler.startTicks();
  const everything = opened.move();
  return { greeting, left: console?.ended, stop: () => everything.disposeAsync() };
}

/** All commands with what they do: a third of Shipmate's own files. */
async function openDispatcher(deps: Deps): Promise<Dispatcher> {
  const { createDispatcher } = await import('./handlers/dispatch.ts');
  const { commands } = await import('./handlers/commands/index.ts');
  return createDispatcher(deps, commands);
}

async function consoleBot(
  deps: Deps,
  { outputs, ...options }: Omit<ConsoleOptions, 'dataDir' | 'follow'> & { outputs: Outputs },
): Promise<ConsoleBot> {
  const { createConsoleBot } = await import('./bots/console/console.ts');
  const { followSource } = await import('./bots/console/follow-source.ts');
  return createConsoleBot({ ...options, dataDir: deps.config.dataDir, follow: followSource(deps, outputs) });
}

/** Only loaded where a platform is set up. */
async function chatBots(deps: Deps, dispatcher: OnUse<Dispatcher>): Promise<Bot[]> {
  if (chatIds.every((id) => deps.config[id] === undefined)) return [];
  const { createChatBots } = await import('./bots/registry.ts');
  return createChatBots(deps, await dispatcher());
}

/** Bots open before the reporter draws on them, and close after it. */
async function startBots(deps: Deps, bots: Bot[], opened: AsyncDisposableStack): Promise<void> {
  const reporter = createReporter(deps, bots);
  for (const bot of bots) {
    await bot.start();
    opened.defer(() => bot.stop());
    // Channels of a chat platform get the notifications of the routes that `notify add` makes.
    if (bot.reach) deps.reachChecks.set(bot.platform, bot.reach);
    if (bot.local) deps.announceTo.push({ platform: bot.platform, channel: bot.platform });
  }
  const notifier = createNotifier(deps, bots);
  await reporter.start();
  opened.defer(() => reporter.stop());
  await notifier.start();
  opened.defer(() => notifier.stop());
}

function welcomeReply(url: string, firstLinkCode: string | undefined): Reply {
  const title = `Shipmate listens on ${url}`;
  if (!firstLinkCode) return { tone: 'success', title, text: '`help` lists the commands.' };
  return {
    tone: 'success',
    title,
    text: `Nobody is super_admin yet. Run \`link ${firstLinkCode}\` to become the first.`,
  };
}

/** What OpenTelemetry needs is only loaded where deployments are traced. */
async function openTracing(config: Config, logger: Logger, instance: string): Promise<Traces | undefined> {
  if (!config.traces) return undefined;
  const { openTraces } = await import('./tracing/open-traces.ts');
  return openTraces(config.traces, { logger, instance });
}

async function openDeps(
  config: Config,
  logger: Logger,
  { databaseUrl, leaseLosses }: Storage & { leaseLosses: LeaseLosses },
  opened: AsyncDisposableStack,
): Promise<Deps> {
  const cipher = createCipher(await loadKeys(config.secretKeys, config.dataDir));
  await migrate(databaseUrl);
  const database = await connectDatabase(databaseUrl, { connections: config.databaseConnections });
  opened.defer(() => database.close());
  const leases = advisoryLeases(databaseUrl, leaseLosses);
  opened.defer(() => leases.close());
  const queue = pgBossQueue({
    databaseUrl,
    database,
    connections: shareConnections(config.databaseConnections).queue,
    logger,
    jobTimeoutSeconds: longestDeployment(config),
  });
  await Promise.all([ensureAuditPartitions(database), verifyKeys(database, cipher), queue.start()]);
  const installation = await readInstallation(database);
  const docker = connectDocker(config.dockerHost);
  const credentials = registryCredentials({ registry: config.registry, login: config.registryLogin });
  const { contextLimitBytes } = config.deployments;
  const swarm = dockerSwarm(docker, { contextLimitBytes, credentials, installation: installation.id });
  if (installation.restoredFrom !== undefined) {
    const { requireOwnServices } = await import('./usecases/self-backup/require-own-services.ts');
    await requireOwnServices(installation, database, swarm);
  }
  const programs = oneShots(docker, swarm.pull, installation.id);
  const backupStore = resticStore(config);
  const ports = { http: config.ingressHttpPort, https: config.ingressHttpsPort };
  const engine = ingressEngine(docker, { credentials, installation: installation.id });
  const { ingressImage: image, registry } = config;
  const caddy = {
    engine,
    swarm,
    logger,
    image,
    registry,
    ports,
    programs: join(config.dataDir, 'programs'),
    ownSocket: join(config.dataDir, relayFolder),
  };
  const ingress = createIngress(swarmCaddy(caddy));
  const gateways = swarmGateways({ engine, swarm, logger, registry, image: config.gatewayImage, owner: ports.http });
  const { cloneTimeoutMs, concurrency } = config.deployments;
  const git = createGit({
    dataDir: config.dataDir,
    localRepositories: config.localRepositories,
    // As many lookups beside the deployments as branches are watched and people ask.
    atOnce: concurrency + 8,
    limitMs: cloneTimeoutMs,
  });
  const gitHostApis = clientLibraries();
  const hostAppApis = appClients();
  const replicaId = randomUUID();
  const traces = await openTracing(config, logger, replicaId);
  opened.defer(() => traces?.close());
  return {
    config,
    replicaId,
    archive: createArchive(config),
    database,
    leases,
    cipher,
    git,
    gitHostApis,
    hostAppApis,
    appTokens: createAppTokens({ cipher, database, hostAppApis }),
    swarm,
    ingress,
    gateways,
    queue,
    acme: createAcme(config),
    resolver: openResolver,
    oneShots: programs,
    backupStore,
    logger,
    traces,
    announceTo: [],
    reachChecks: new Map(),
  };
}

/** Seconds. Image and push each may take as long as a build; a minute for what lies between the steps. */
function longestDeployment({ deployments }: Config): number {
  const { cloneTimeoutMs, buildTimeoutMs, rolloutTimeoutMs } = deployments;
  return Math.ceil((cloneTimeoutMs + 2 * buildTimeoutMs + rolloutTimeoutMs) / 1000) + 60;
}
