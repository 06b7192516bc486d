import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dockerSwarm } from '../../src/swarm/dockerode.ts';
import { engineWithoutUpgrades } from '../swarm/engine-without-upgrades.ts';
import { fresh } from '../support/sleeping-build.ts';
import { docker, ensureBaseImage, folder, quiet, requestOf } from '../support/swarm-fixture.ts';

beforeAll(ensureBaseImage);

describe('an Engine without `/session` and `/grpc`', () => {
  it('gets files and build secrets over gRPC on its socket', async () => {
    await using engine = await engineWithoutUpgrades(docker);
    const swarm = dockerSwarm(engine.docker, { contextLimitBytes: 200_000_000 });
    const read =
      "console.log(fs.readFileSync('/run/secrets/TOKEN', 'utf8').length, fs.statSync('/big').size, fs.readFileSync('/small', 'utf8'))";
    const small = randomUUID();
    await using context = await folder({
      Dockerfile: `${fresh()}COPY big small /\nRUN --mount=type=secret,id=TOKEN,required=true ["/usr/local/bin/node", "-e", ${JSON.stringify(read)}]\n`,
      big: 'x'.repeat(5_000_000),
      small,
    });
    const asked = requestOf(context.path, { secrets: { TOKEN: randomUUID() } });
    const lines: string[] = [];
    const built = await swarm.build(
      asked,
      { ...quiet, onLine: (text) => lines.push(text) },
      new AbortController().signal,
    );
    await docker.getImage(built.id).remove({ force: true });
    expect(lines).toContain(`36 5000000 ${small}`);
    expect(engine.refused).toEqual(['POST /session', 'POST /grpc']);
    expect(engine.direct()).toBe(1);
  });
});
