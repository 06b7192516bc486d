// The sample rows of the Dokploy logical data model. Its ids hold letters that no UUID has: `g` to `j` became 0 to 3.

export const user = {
  id: '550e8400-e29b-41d4-a716-446655440000',
  username: 'john_doe',
  email: 'john@example.com',
  role: 'developer',
  preferences: { theme: 'dark', notifications: { email: true, browser: false } },
  createdAt: new Date('2024-01-15T10:30:00Z'),
  updatedAt: new Date('2024-12-30T14:00:00Z'),
} as const;

export const team = { id: '770fa600-049d-41d4-a716-446655440002', name: 'my-saas-team' };

export const project = {
  id: '660f9500-f39c-41d4-a716-446655440001',
  name: 'my-saas-app',
  description: 'Production SaaS application',
  metadata: { environment: 'production', tags: ['critical', 'customer-facing'], cost_center: 'engineering' },
  createdAt: new Date('2024-06-01T08:00:00Z'),
  updatedAt: new Date('2024-12-30T14:00:00Z'),
};

export const application = {
  id: '8800a700-159e-41d4-a716-446655440003',
  name: 'api-service',
  type: 'git',
  status: 'running',
  sourceType: 'github',
  sourceConfig: {
    repository: 'mycompany/api-service',
    branch: 'main',
    build_context: '.',
    dockerfile: 'Dockerfile',
    // Ours: where to clone from.
    clone_url: 'https://github.com/mycompany/api-service.git',
  },
  dockerConfig: {
    image: 'registry.dokploy.internal/api-service:latest',
    ports: [{ container: 8080, host: 8080 }],
    networks: ['dokploy-app'],
    healthcheck: {
      test: ['CMD', 'curl', '-f', 'http://localhost:8080/health'],
      interval: '30s',
      timeout: '5s',
      retries: 3,
    },
    resources: { limits: { memory: '512M', cpus: '0.5' }, reservations: { memory: '256M' } },
  },
  envVars: { NODE_ENV: 'production', PORT: '8080', API_VERSION: 'v1' },
  replicas: 3,
  createdAt: new Date('2024-06-15T09:00:00Z'),
  updatedAt: new Date('2024-12-30T10:00:00Z'),
} as const;

export const gitSource = {
  id: 'bb03da00-489a-41d4-a716-446655440006',
  provider: 'github',
  repository: 'mycompany/api-service',
  branch: 'main',
  commitSha: 'abc123def456',
} as const;

export const database = {
  id: '9901b800-269f-41d4-a716-446655440004',
  name: 'app-postgres',
  type: 'postgresql',
  status: 'running',
  version: '16.1',
  config: { max_connections: 100, shared_buffers: '256MB', work_mem: '4MB', persistent: true, volume_size: '10GB' },
  createdAt: new Date('2024-06-10T08:30:00Z'),
} as const;

/** Stored encrypted. */
export const connectionString = 'postgresql://dokploy:***@app-postgres:5432/app_db';

export const deployment = {
  id: 'aa02c900-379a-41d4-a716-446655440005',
  status: 'success',
  commitSha: 'abc123def456',
  logs: 'Building image...\nPushing to registry...\nUpdating service...\nDeployment complete.',
  metadata: { duration_seconds: 125, image_size_mb: 450, build_cache_hit: true },
  startedAt: new Date('2024-12-30T10:00:00Z'),
  completedAt: new Date('2024-12-30T10:02:05Z'),
} as const;

export const auditLog = {
  id: 1_523_456,
  action: 'application.deploy',
  resourceType: 'application',
  resourceId: application.id,
  details: { commit_sha: 'abc123def456', deployment_id: deployment.id, replicas: 3 },
  ipAddress: '192.168.1.100',
  userAgent: 'Mozilla/5.0 ...',
  createdAt: new Date('2024-12-30T10:00:00Z'),
} as const;
