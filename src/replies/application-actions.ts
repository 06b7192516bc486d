import { isFinished } from '../entities/deployment.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import { databaseName } from '../usecases/databases/find-database.ts';
import type { ApplicationDetails } from '../usecases/overview/read-application.ts';
import { cancelAction } from './deployment-actions.ts';
import type { Action } from './reply.ts';
import { cancelScheduledAction } from './scheduled-replies.ts';
import { shortId } from './short-id.ts';

/** The buttons of an application's page, where they are on it. */
export interface ApplicationActions {
  head: Action[];
  settings: Action[];
  metrics: Action[];
  variables: { add: Action[]; of: Map<string, Action[]> };
  domains: { add: Action[]; of: Map<string, Action[]> };
  databases: Map<string, Action[]>;
  scheduled: Map<string, Action[]>;
}

/** What the application's state allows, whoever looks. */
export function applicationActions(details: ApplicationDetails): ApplicationActions {
  const { application, databases, domains, scheduled, variables } = details;
  const name = applicationName(application);
  const isPreview = application.sourceConfig.preview !== undefined;
  const own = (actions: Action[]) => (isPreview ? [] : actions);
  return {
    head: isPreview ? previewActions(details) : headActions(details),
    settings: [
      { label: 'Show settings', command: `app show ${name}` },
      ...own([{ label: 'Change settings', command: `app set ${name}`, form: true }]),
    ],
    metrics: [{ label: 'Draw', command: `metrics ${name}` }],
    variables: {
      add: own([{ label: 'Set variables', command: `env set ${name}`, form: true }]),
      of: new Map(variables.map(({ database, key }) => [key, database ? [] : own([removeVariable(name, key)])])),
    },
    domains: {
      add: own([{ label: 'Add a domain', command: `domain add "" ${name}`, form: true }]),
      of: new Map(domains.map(({ domain }) => [domain.domain, domainActions(domain.domain)])),
    },
    databases: new Map(
      databases.map(({ database }) => [database.id, databaseActions(databaseName(database), own, name)]),
    ),
    scheduled: new Map(scheduled.map((one) => [one.id, [cancelScheduledAction(one)]])),
  };
}

/** All of them, to find the one that was pressed. */
export function everyAction({
  databases,
  domains,
  head,
  metrics,
  scheduled,
  settings,
  variables,
}: ApplicationActions): Action[] {
  const rows = [variables.of, domains.of, databases, scheduled].flatMap((of) => [...of.values()].flat());
  return [...head, ...settings, ...metrics, ...variables.add, ...domains.add, ...rows];
}

function headActions(details: ApplicationDetails): Action[] {
  const { application, liveDeployment: live, standing } = details;
  const name = applicationName(application);
  const busy = cancelActions(details);
  const settled = busy.length === 0;
  return [
    { label: 'Deploy', command: `deploy ${name}`, style: 'primary', form: true },
    ...busy,
    ...(live && settled ? whileLive(details, live.id) : []),
    { label: 'Scale', command: `scale ${name}`, form: true },
    standing.lock
      ? { label: 'Unlock', command: `unlock ${name}` }
      : { label: 'Lock', command: `lock ${name}`, form: true },
    ...(live ? [{ label: 'Run a command', command: `run ${name}`, form: true } as const] : []),
  ];
}

function whileLive({ application, canGoBack }: ApplicationDetails, live: string): Action[] {
  const name = applicationName(application);
  const redeploy: Action = {
    label: 'Redeploy',
    command: `redeploy ${name}`,
    confirm: `Rebuild and deploy \`${name}\` again?`,
  };
  const back: Action = {
    label: 'Roll back',
    command: `rollback ${name} --live ${shortId(live)}`,
    style: 'danger',
    confirm: `Roll \`${name}\` back to the version before?`,
  };
  const stop: Action = {
    label: 'Stop',
    command: `stop ${name}`,
    style: 'danger',
    confirm: `Stop all tasks of \`${name}\`? Visitors no longer reach it.`,
  };
  const restart: Action = {
    label: 'Restart',
    command: `restart ${name}`,
    confirm: `Replace every task of \`${name}\` with a new one?`,
  };
  const isStopped = application.status === 'stopped';
  return [
    redeploy,
    ...(canGoBack ? [back] : []),
    ...(isStopped ? [{ label: 'Start', command: `start ${name}` }] : [restart, stop]),
  ];
}

function cancelActions({ application, deployments }: ApplicationDetails): Action[] {
  return deployments.filter((one) => !isFinished(one)).map((one) => cancelAction(applicationName(application), one));
}

/** A preview follows its request. */
function previewActions(details: ApplicationDetails): Action[] {
  const { preview } = details.application.sourceConfig;
  if (!preview) return [];
  const of = `${details.application.project.name}/${preview.of}`;
  return [
    ...cancelActions(details),
    {
      label: 'Deploy again',
      command: `preview open ${of} ${preview.number}`,
      confirm: `Deploy the newest commit of request ${preview.number} again?`,
    },
    {
      label: 'Close',
      command: `preview close ${of} ${preview.number}`,
      style: 'danger',
      confirm: `Remove the preview of request ${preview.number} of \`${of}\`?`,
    },
  ];
}

function removeVariable(application: string, key: string): Action {
  return {
    label: 'Remove',
    command: `env unset ${application} ${key}`,
    style: 'danger',
    confirm: `Remove \`${key}\` from \`${application}\`?`,
  };
}

function domainActions(domain: string): Action[] {
  return [
    { label: 'Check', command: `domain check ${domain}` },
    {
      label: 'Remove',
      command: `domain remove ${domain}`,
      style: 'danger',
      confirm: `Remove \`${domain}\` and its certificates?`,
    },
  ];
}

function databaseActions(database: string, own: (actions: Action[]) => Action[], application: string): Action[] {
  const detach: Action = {
    label: 'Detach',
    command: `db detach ${database} ${application}`,
    style: 'danger',
    confirm: `Remove the connection string of \`${database}\` from \`${application}\`?`,
  };
  return [
    { label: 'Back up', command: `db backup ${database}` },
    { label: 'All backups', command: `db backups ${database}` },
    ...own([detach]),
  ];
}
