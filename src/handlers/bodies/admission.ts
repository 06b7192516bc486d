/** So many bodies with so many bytes. */
export interface Share {
  bodies: number;
  bytes: number;
}

export interface AdmissionLimits {
  all: Share;
  one: Share;
  waitMs: number;
  waiting: number;
}

export interface Admitted {
  /** Takes more bytes when it turns out to be larger than it was counted; false when they are not to be had. */
  grow(bytes: number): boolean;
  /** Gives its place to those that wait. */
  leave(): void;
}

export type Busy = 'address is busy' | 'all are busy';

export interface Admission {
  /** Waits until a body of so many bytes fits, in order of arrival; those of a busy address hold nobody else up. */
  enter(network: string, bytes: number): Promise<Admitted | Busy>;
}

interface Waiting {
  network: string;
  bytes: number;
  admit(admitted: Admitted): void;
}

export function createAdmission({ all, one, waiting: mostWaiting, waitMs }: AdmissionLimits): Admission {
  const total: Share = { bodies: 0, bytes: 0 };
  const networks = new Map<string, Share>();
  const waiting = new Set<Waiting>();

  /** Whom it does not fit; a body that alone is larger than an address's share fits where nothing else is. */
  function misfit(network: string, add: Share): Busy | undefined {
    const used = networks.get(network) ?? { bodies: 0, bytes: 0 };
    if (!fits(used, add, one)) return 'address is busy';
    return fits(total, add, all) ? undefined : 'all are busy';
  }

  function count(network: string, add: Share): void {
    const used = networks.get(network) ?? { bodies: 0, bytes: 0 };
    networks.set(network, used);
    for (const share of [used, total]) {
      share.bodies += add.bodies;
      share.bytes += add.bytes;
    }
    if (used.bodies === 0) networks.delete(network);
  }

  function admit(network: string, bytes: number): Admitted {
    count(network, { bodies: 1, bytes });
    let held = bytes;
    let left = false;
    return {
      grow(wanted) {
        if (wanted <= held) return true;
        // Doubled, so that a body which comes in small pieces is counted a few times only.
        const more = { bodies: 0, bytes: Math.max(wanted, 2 * held) - held };
        if (misfit(network, more)) return false;
        count(network, more);
        held += more.bytes;
        return true;
      },
      leave() {
        if (left) return;
        left = true;
        count(network, { bodies: -1, bytes: -held });
        for (const next of waiting) {
          if (misfit(next.network, { bodies: 1, bytes: next.bytes })) continue;
          waiting.delete(next);
          next.admit(admit(next.network, next.bytes));
        }
      },
    };
  }

  return {
    async enter(network, bytes) {
      const why = misfit(network, { bodies: 1, bytes });
      if (!why) return admit(network, bytes);
      if (waiting.size >= mostWaiting) return why;
      const { promise, resolve } = Promise.withResolvers<Admitted | Busy>();
      const one: Waiting = { network, bytes, admit: resolve };
      waiting.add(one);
      const late = setTimeout(() => {
        waiting.delete(one);
        resolve(misfit(network, { bodies: 1, bytes }) ?? why);
      }, waitMs);
      try {
        return await promise;
      } finally {
        clearTimeout(late);
      }
    },
  };
}

function fits(used: Share, add: Share, limit: Share): boolean {
  return used.bodies + add.bodies <= limit.bodies && used.bytes + add.bytes <= limit.bytes;
}
