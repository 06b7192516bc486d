import type { Command } from '../command.ts';
import { appArchive, appConnect, appList, appSet, appShow } from './app.ts';
import { appCreate } from './app-create.ts';
import { audit } from './audit.ts';
import { cancel, deploy, redeploy, rollback } from './deploy.ts';
import { envImport, envList, envSet, envUnset } from './env.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { link } from './link.ts';
import { logs } from './logs.ts';
import { projectCreate, projectDelete, projectList, projectShow } from './project.ts';
import { restart, scale, start, stop } from './service.ts';
import { status } from './status.ts';
import { tokenCreate, tokenList, tokenRevoke } from './token.ts';
import { whoami } from './whoami.ts';

/** Everything a person may ask for, in the order of the help. */
export const commands: readonly Command[] = [
  help,
  whoami,
  link,
  deploy,
  redeploy,
  cancel,
  rollback,
  status,
  history,
  logs,
  scale,
  restart,
  stop,
  start,
  projectCreate,
  projectList,
  projectShow,
  projectDelete,
  appCreate,
  appConnect,
  appList,
  appShow,
  appSet,
  appArchive,
  envList,
  envSet,
  envUnset,
  envImport,
  tokenCreate,
  tokenList,
  tokenRevoke,
  audit,
];
