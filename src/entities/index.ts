import { AcmeAccount } from './acme-account.ts';
import { AcmeChallenge } from './acme-challenge.ts';
import { ApiToken } from './api-token.ts';
import { Application } from './application.ts';
import { ApplicationStats } from './application-stats.ts';
import { Approval } from './approval.ts';
import { AssistantRequest } from './assistant-request.ts';
import { AttemptCount } from './attempt-count.ts';
import { InstallationValue } from './installation-value.ts';
import { AuditLog } from './audit-log.ts';
import { BackupStore } from './backup-store.ts';
import { Backup } from './backup.ts';
import { BranchHead } from './branch-head.ts';
import { ChangedVariable } from './changed-variable.ts';
import { Certificate } from './certificate.ts';
import { CertificateOrder } from './certificate-order.ts';
import { CertificateRenewal } from './certificate-renewal.ts';
import { ChannelDefault } from './channel-default.ts';
import { ChatIdentity } from './chat-identity.ts';
import { ChatMessage } from './chat-message.ts';
import { CronCommand } from './cron-command.ts';
import { CronRun } from './cron-run.ts';
import { DeployLock } from './deploy-lock.ts';
import { Deployment } from './deployment.ts';
import { DeploymentLog } from './deployment-log.ts';
import { Disk } from './disk.ts';
import { Domain } from './domain.ts';
import { EnvVar } from './env-var.ts';
import { FreezeWindow } from './freeze-window.ts';
import { GitSource } from './git-source.ts';
import { HostApp } from './host-app.ts';
import { HostAppInstallation } from './host-app-installation.ts';
import { Incident } from './incident.ts';
import { JobRun } from './job-run.ts';
import { LinkCode } from './link-code.ts';
import { ManagedDatabase } from './managed-database.ts';
import { Notification } from './notification.ts';
import { NotificationRoute } from './notification-route.ts';
import { Preview } from './preview.ts';
import { PreviewVariable } from './preview-variable.ts';
import { Project } from './project.ts';
import { Restore } from './restore.ts';
import { SharedVariable } from './shared-variable.ts';
import { SwarmNodeRecord } from './swarm-node.ts';
import { TaskMetric } from './task-metric.ts';
import { Team } from './team.ts';
import { TeamMember } from './team-member.ts';
import { ScheduledDeployment } from './scheduled-deployment.ts';
import { User } from './user.ts';
import { VariableChange } from './variable-change.ts';
import { Volume } from './volume.ts';
import { WebhookDelivery } from './webhook-delivery.ts';

/** Every entity, for the ORM; listed by hand so that types and searches find them. */
export const entities = [
  User,
  Team,
  TeamMember,
  Project,
  Application,
  ApplicationStats,
  HostApp,
  HostAppInstallation,
  GitSource,
  ManagedDatabase,
  Deployment,
  DeploymentLog,
  EnvVar,
  Volume,
  Domain,
  Certificate,
  AcmeAccount,
  AcmeChallenge,
  CertificateOrder,
  CertificateRenewal,
  Backup,
  BackupStore,
  Restore,
  AuditLog,
  WebhookDelivery,
  ChatMessage,
  ChatIdentity,
  ApiToken,
  AssistantRequest,
  LinkCode,
  AttemptCount,
  TaskMetric,
  InstallationValue,
  DeployLock,
  FreezeWindow,
  Approval,
  NotificationRoute,
  Notification,
  Incident,
  BranchHead,
  SwarmNodeRecord,
  Disk,
  JobRun,
  Preview,
  PreviewVariable,
  SharedVariable,
  VariableChange,
  ChangedVariable,
  ScheduledDeployment,
  ChannelDefault,
  CronCommand,
  CronRun,
];
