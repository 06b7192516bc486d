import type { Command } from '../command.ts';
import { appConnect } from './app-connect.ts';
import { appList, appSet, appShow } from './app.ts';
import { appArchive, appDelete } from './app-archive.ts';
import { approve, deny } from './approve.ts';
import { appCreate } from './app-create.ts';
import { appDockerfile } from './app-dockerfile.ts';
import { appRestore } from './app-restore.ts';
import { audit } from './audit.ts';
import { certList, certRemove, certRenew, certShow, certUpload } from './cert.ts';
import { cancel, deploy, promote, redeploy, rollback } from './deploy.ts';
import { cronAdd, cronDisable, cronEnable, cronList, cronRemove, cronRun, cronShow } from './cron.ts';
import { dbBackup, dbKey, dbBackups, dbRestore, dbVerify } from './db-backup.ts';
import { dbCreate, dbDelete, dbRestart, dbSet, dbStart, dbStop } from './db.ts';
import { dbAttach, dbDetach } from './db-attach.ts';
import { dbList, dbLogs, dbShow } from './db-show.ts';
import { diff } from './diff.ts';
import { domainCheck } from './domain-check.ts';
import { domainAdd, domainList, domainRemove, domainSet } from './domain.ts';
import { digestNow } from './digest.ts';
import { envImport, envList, envSet, envUnset } from './env.ts';
import { envHistory, envRollback, sharedHistory, sharedRollback } from './variable-history.ts';
import { freezeAdd, freezeList, freezeRemove } from './freeze.ts';
import { hostAppCreate, hostAppDelete, hostAppList, hostAppRepos, hostAppShow } from './host-app.ts';
import { help } from './help.ts';
import { hereClear, hereSet, hereShow } from './here.ts';
import { history } from './history.ts';
import { keysRotate, keysShow } from './keys.ts';
import { link } from './link.ts';
import { lock, unlock } from './lock.ts';
import { login } from './login.ts';
import { logs } from './logs.ts';
import { metrics } from './metrics.ts';
import { nodeList } from './node.ts';
import { notifyAdd, notifyList, notifyRemove } from './notify.ts';
import { open } from './open.ts';
import { previewClose, previewList, previewOpen, previewPin } from './preview.ts';
import { projectCreate, projectDelete, projectList, projectShow } from './project.ts';
import { projectTeam, projectTransfer } from './project-access.ts';
import { run } from './run.ts';
import { scheduleList, scheduleRun, scheduleShow } from './schedule.ts';
import { restart, scale, start, stop } from './control-application.ts';
import { sharedList, sharedSet, sharedUnset } from './shared.ts';
import { status } from './status.ts';
import { teamCreate, teamDelete, teamInvite, teamLeave, teamList, teamRemove, teamRole, teamShow } from './team.ts';
import { templateList, templateShow } from './template.ts';
import { tokenCreate, tokenList, tokenRevoke } from './token.ts';
import { userCreate, userDelete, userList, userPassword, userRole, userShow, userTimezone } from './user.ts';
import { volumeCreate, volumeList, volumePin, volumeRemove } from './volume.ts';
import { why } from './why.ts';
import { whoami } from './whoami.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  help,
  whoami,
  link,
  login,
  deploy,
  redeploy,
  cancel,
  rollback,
  promote,
  diff,
  approve,
  deny,
  lock,
  unlock,
  status,
  history,
  logs,
  metrics,
  run,
  why,
  open,
  scale,
  restart,
  stop,
  start,
  projectCreate,
  projectList,
  projectShow,
  projectTransfer,
  projectTeam,
  projectDelete,
  freezeAdd,
  freezeList,
  freezeRemove,
  appCreate,
  appConnect,
  appList,
  appShow,
  appDockerfile,
  appSet,
  appArchive,
  appRestore,
  appDelete,
  templateList,
  templateShow,
  hostAppCreate,
  hostAppList,
  hostAppShow,
  hostAppRepos,
  hostAppDelete,
  previewList,
  previewOpen,
  previewClose,
  previewPin,
  envList,
  envSet,
  envUnset,
  envImport,
  envHistory,
  envRollback,
  sharedList,
  sharedSet,
  sharedUnset,
  sharedHistory,
  sharedRollback,
  cronAdd,
  cronList,
  cronShow,
  cronRun,
  cronDisable,
  cronEnable,
  cronRemove,
  domainAdd,
  domainList,
  domainSet,
  domainCheck,
  domainRemove,
  certList,
  certShow,
  certRenew,
  certUpload,
  certRemove,
  volumeCreate,
  volumeList,
  volumePin,
  volumeRemove,
  dbBackup,
  dbBackups,
  dbRestore,
  dbVerify,
  dbKey,
  dbCreate,
  dbList,
  dbShow,
  dbAttach,
  dbDetach,
  dbStop,
  dbStart,
  dbRestart,
  dbSet,
  dbLogs,
  dbDelete,
  teamCreate,
  teamList,
  teamShow,
  teamInvite,
  teamRole,
  teamRemove,
  teamLeave,
  teamDelete,
  userList,
  userShow,
  userCreate,
  userRole,
  userPassword,
  userTimezone,
  userDelete,
  tokenCreate,
  tokenList,
  tokenRevoke,
  notifyAdd,
  notifyList,
  notifyRemove,
  digestNow,
  hereShow,
  hereSet,
  hereClear,
  nodeList,
  scheduleList,
  scheduleShow,
  scheduleRun,
  keysShow,
  keysRotate,
  audit,
];
