import type { Fact } from '../entities/notification-facts.ts';
import { lostNodeText } from '../usecases/nodes/lost-nodes.ts';
import type { Action, Reply } from './reply.ts';

/** The most errors that are shown. */
const errorsShown = 3;

export function applicationUnhealthy(fact: Fact<'application-unhealthy'>): Reply {
  const { application, waitsFor } = fact;
  return {
    tone: 'danger',
    title: `${application} is unhealthy`,
    text: waitsFor ? lostNodeText(waitsFor) : linesOf(fact).join('\n'),
    actions: applicationActions(application),
  };
}

export function applicationHealthy({ application, replicas }: Fact<'application-healthy'>): Reply {
  return {
    tone: 'success',
    title: `${application} is healthy again`,
    text: replicas === 1 ? 'Its task is running.' : `All ${replicas} tasks are running.`,
    actions: applicationActions(application),
  };
}

export function databaseUnhealthy({ database, reason }: Fact<'database-unhealthy'>): Reply {
  return {
    tone: 'danger',
    title: `The database ${database} is unhealthy`,
    text: `It is not responding: ${reason}.`,
    actions: databaseActions(database),
  };
}

export function databaseHealthy({ database }: Fact<'database-healthy'>): Reply {
  return {
    tone: 'success',
    title: `The database ${database} is healthy again`,
    text: 'It is responding.',
    actions: databaseActions(database),
  };
}

function linesOf(fact: Fact<'application-unhealthy'>): string[] {
  const { errors, reached } = fact;
  if (!reached) return [tasksLine(fact), ...errorLines(fact)];
  const { answering, tasks } = reached;
  const refused = tasks - answering;
  const which = tasks === 1 ? 'Its task does' : `${refused} of ${tasks} tasks ${refused === 1 ? 'does' : 'do'}`;
  return [`${which} not take connections: ${errors.join('; ')}.`];
}

/** The last look may find all tasks of an application whose tasks keep exiting. */
function tasksLine({ replicas, running, short }: Fact<'application-unhealthy'>): string {
  const counted =
    running < replicas
      ? `Only ${running} of ${replicas} tasks ${running === 1 ? 'is' : 'are'} running`
      : 'Its tasks keep exiting';
  return `${counted}${short.length > 0 ? `; short of tasks: ${short.join(', ')}` : ''}.`;
}

function errorLines({ errors, exited }: Fact<'application-unhealthy'>): string[] {
  const shown = errors.slice(0, errorsShown).join('; ');
  if (exited === 0) return shown === '' ? [] : [`Errors: ${shown}.`];
  const tasks = exited === 1 ? '1 task' : `${exited} tasks`;
  return [`${tasks} exited in the last ten minutes${shown === '' ? '' : `: ${shown}`}.`];
}

function applicationActions(application: string): Action[] {
  return [
    { label: 'Logs', command: `logs ${application}` },
    { label: 'Status', command: `status ${application}` },
  ];
}

function databaseActions(database: string): Action[] {
  return [
    { label: 'Logs', command: `db logs ${database}` },
    { label: 'Show', command: `db show ${database}` },
  ];
}
