import { ApiToken } from './api-token.ts';
import { Application } from './application.ts';
import { AuditLog } from './audit-log.ts';
import { ChatIdentity } from './chat-identity.ts';
import { ChatMessage } from './chat-message.ts';
import { Deployment } from './deployment.ts';
import { DeploymentLog } from './deployment-log.ts';
import { EnvVar } from './env-var.ts';
import { GitSource } from './git-source.ts';
import { LinkCode } from './link-code.ts';
import { Project } from './project.ts';
import { Team } from './team.ts';
import { TeamMember } from './team-member.ts';
import { User } from './user.ts';
import { WebhookDelivery } from './webhook-delivery.ts';

/** Every entity, for the ORM; listed by hand so that types and searches find them. */
export const entities = [
  User,
  Team,
  TeamMember,
  Project,
  Application,
  GitSource,
  Deployment,
  DeploymentLog,
  EnvVar,
  AuditLog,
  WebhookDelivery,
  ChatMessage,
  ChatIdentity,
  ApiToken,
  LinkCode,
];
