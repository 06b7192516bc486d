import { setTimeout } from 'node:timers/promises';
import type { connectDocker } from '../../src/swarm/dockerode.ts';

type Docker = ReturnType<typeof connectDocker>;

/** How long an application may take to start, milliseconds. */
const patienceMs = 60_000;

/** Starts the image and asks it, from inside. @returns undefined when `answer` is in what it says, else what it says. */
export async function serves(docker: Docker, image: string, answer: string): Promise<string | undefined> {
  const container = await docker.createContainer({ Image: image, Tty: true });
  try {
    await container.start();
    const end = Date.now() + patienceMs;
    for (;;) {
      const { State } = await container.inspect();
      const text = State.Running ? await ask(container) : '';
      if (text.includes(answer)) return undefined;
      if (!State.Running || Date.now() > end) {
        return text + String(await container.logs({ stdout: true, stderr: true }));
      }
      await setTimeout(200);
    }
  } finally {
    await container.remove({ force: true });
  }
}

async function ask(container: ReturnType<Docker['getContainer']>): Promise<string> {
  const script = String.raw`exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET / HTTP/1.0\r\nHost: shop.example.com\r\n\r\n' >&3 && cat <&3`;
  const exec = await container.exec({
    Cmd: ['/bin/bash', '-c', script],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  let text = '';
  for await (const chunk of await exec.start({ Tty: true })) text += String(chunk);
  return text;
}
